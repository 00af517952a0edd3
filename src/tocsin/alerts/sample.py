"""A mail as it would be with a text that nobody has been told yet: two invented rows."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID

from tocsin.alerts.content import AlertContent, KindText, ThreatRow, arranged
from tocsin.alerts.gather import NO_TICKET
from tocsin.alerts.preview import as_mail

ORGANISATION = "Example Networks"
_PORTS = {"192.0.2.17": 443, "2001:db8::17": 8443}


def sample_alert(text: KindText, severity: str, language: str, now: datetime) -> AlertContent:
    """An alert to nobody, of two addresses from the ranges for documentation."""
    rows = [
        ThreatRow(
            id=UUID(int=at),
            kind="example",
            affected=address,
            severity=severity,
            first_seen=now - timedelta(days=3),
            last_seen=now - timedelta(hours=5),
            times_seen=3,
            why="new",
            port=port,
            protocol="tcp",
            asn=64496,
        )
        for at, (address, port) in enumerate(_PORTS.items(), start=1)
    ]
    groups, severities, whys = arranged(rows, lambda _: text)
    return AlertContent(NO_TICKET, ORGANISATION, language, "AMBER", now, groups, severities, whys)


def mail_of(content: AlertContent, recipient: str = "") -> EmailMessage:
    """The mail in clear, for reading here."""
    parsed = message_from_bytes(as_mail(content, recipient), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed

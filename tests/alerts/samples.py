"""Made-up threats and texts for the tests of alerts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from tocsin.alerts.channels.mail.message import Envelope
from tocsin.alerts.channels.mail.sender import Sender
from tocsin.alerts.content import AlertContent, KindText, ThreatRow, arranged

NOW = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)
SENDER = Sender("National Cyber Centre", "alerts@cert.example", "answers@cert.example")
ENVELOPE = Envelope("<7@cert.example>", "abuse@nordwind.example")

TEXTS = {
    "scan_rdp": KindText(
        "Remote desktop (RDP) reachable from the internet",
        "vulnerable",
        "potentially-unwanted-accessible",
        what="The service answered.",
        risk="Passwords are guessed.",
        fix="- Put it behind a VPN.\n- Allow known addresses only.",
        check="Run `nmap -Pn -p 3389 ADDRESS`.",
    ),
    "sinkhole": KindText(
        "Infected computer", "malicious-code", "infected-system", what="It called."
    ),
    "open_dns": KindText("Open DNS resolver", "vulnerable", "ddos-amplifier", what="It answered."),
}
SEVERITY = {"scan_rdp": "high", "sinkhole": "critical", "open_dns": "medium"}


def row(number: int = 1, kind: str = "scan_rdp", **changes: Any) -> ThreatRow:
    """A threat on 192.0.2.NUMBER."""
    return ThreatRow(
        **{
            "id": uuid5(NAMESPACE_DNS, f"{kind} {number}"),
            "kind": kind,
            "affected": f"192.0.2.{number}",
            "severity": SEVERITY[kind],
            "first_seen": NOW - timedelta(days=3),
            "last_seen": NOW - timedelta(hours=5),
            "times_seen": 4,
            "why": "new",
            "port": 3389,
            "protocol": "tcp",
            **changes,
        }
    )


def content(rows: Sequence[ThreatRow] | None = None, **changes: Any) -> AlertContent:
    groups, severities, whys = arranged(rows if rows is not None else [row()], TEXTS.__getitem__)
    return AlertContent(
        **{
            "ticket": "TOCSIN-2026-000123",
            "organisation": "Nordwind Hosting",
            "language": "en",
            "tlp": "AMBER",
            "composed_at": NOW,
            "groups": groups,
            "severities": severities,
            "whys": whys,
            **changes,
        }
    )

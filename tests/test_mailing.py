"""Plain mails leave by SMTP, or become private files where none is set."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from tests.letters import Letters
from tocsin.mailing import FOLDER, page_address, send_mail

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASKED = ("jo@ours.example", "Ein Gruß\nBcc: eve@elsewhere.example", "Grüße\n.\nEnde\n", NOW)


def test_without_a_mail_server_it_becomes_a_private_file(home: Path) -> None:
    send_mail(*ASKED)
    (found,) = (home / FOLDER).iterdir()
    assert found.name.startswith("20260301T120000-")
    assert found.stat().st_mode & 0o777 == 0o600
    assert found.parent.stat().st_mode & 0o777 == 0o700
    (letter,) = Letters(home).all()
    assert letter["To"] == "jo@ours.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == "Ein Gruß Bcc: eve@elsewhere.example"
    assert (letter["Reply-To"], letter["Bcc"]) == (None, None)
    assert letter.get_content() == "Grüße\n.\nEnde\n"
    assert letter.get_content_charset() == "utf-8"


def test_two_at_the_same_moment_are_two_files(home: Path) -> None:
    send_mail(*ASKED)
    send_mail(*ASKED)
    assert len(list((home / FOLDER).glob("*.eml"))) == 2


@pytest.mark.parametrize(
    ("security", "tls", "ssl"),
    [("starttls", True, False), ("tls", False, True), ("none", False, False)],
)
def test_with_a_mail_server_it_goes_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, security: str, tls: bool, ssl: bool
) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.cert.test")
    monkeypatch.setattr(settings, "TOCSIN_SMTP_SECURITY", security)
    asked: dict[str, bool] = {}

    def connection(**options: bool) -> EmailBackend:
        asked.update(options)
        return EmailBackend()

    monkeypatch.setattr("tocsin.mailing.get_connection", connection)
    send_mail(*ASKED)
    (sent,) = mail.outbox  # django's test mailbox
    assert sent.to == ["jo@ours.example"]
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    assert asked == {"use_tls": tls, "use_ssl": ssl}
    assert not (home / FOLDER).exists()


def test_pages_have_a_full_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TOCSIN_PUBLIC_URL", "https://tocsin.example")
    assert page_address("/join/") == "https://tocsin.example/join/"

"""Mails as a recipient reads them: one scene each, in the shipped kinds' own words."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import Any

import pytest

from tests.alerts.samples import ENVELOPE, NOW, SENDER
from tests.alerts.samples import row as sample
from tocsin.alerts.channels.mail.message import build
from tocsin.alerts.content import AlertContent, ThreatRow, arranged
from tocsin.alerts.gather import text_of
from tocsin.alerts.spreadsheet import attachment, csv_bytes
from tocsin.kinds.catalogue import all_kinds, kind, own_texts

GMAIL = 102_000
KINDS = [one.name for one in own_texts(all_kinds().values())]


def row(number: int, name: str, **changes: Any) -> ThreatRow:
    facts = {"kind": name, "severity": kind(name).severity, **changes}
    return replace(sample(number, "scan_rdp"), **facts)


def mail(rows: list[ThreatRow], language: str = "en", **changes: Any) -> EmailMessage:
    groups, severities, whys = arranged(rows, partial(text_of, language=language))
    facts = {"ticket": "TOCSIN-2026-000123", "organisation": "Nordwind", "tlp": "AMBER"}
    told = AlertContent(
        **{**facts, **changes},
        language=language,
        composed_at=NOW,
        groups=groups,
        severities=severities,
        whys=whys,
    )
    raw = build(told, SENDER, ENVELOPE, attachment(told.ticket, csv_bytes(told), NOW)).as_bytes()
    parsed = message_from_bytes(raw, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def body(parsed: EmailMessage, form: str) -> str:
    part = parsed.get_body((form,))
    assert part is not None
    words: str = part.get_content()
    return words


def said(parsed: EmailMessage) -> str:
    return " ".join(body(parsed, "plain").split())


def files(parsed: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in parsed.iter_attachments()]


def test_one_critical_threat_is_spoken_of_as_one() -> None:
    told = mail([row(1, "scan_docker", severity="critical")])
    assert told["Subject"] == "[TOCSIN-2026-000123] TLP:AMBER 1 threat in your networks, critical"
    assert "It is new. The threat: “Docker API open to the internet”." in said(told)
    assert "Deal with this threat by the date above." in said(told)
    assert "1 critical, by 3 March" in said(told)
    assert "Overview" not in said(told)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("reopened", "It had gone and is back again."),
        ("reminder", "It was in an earlier alert and is still open."),
    ],
)
def test_one_threat_that_is_not_new_says_so(why: str, words: str) -> None:
    assert words in said(mail([row(1, "scan_rdp", why=why)]))


def test_many_of_one_severity_and_kind() -> None:
    told = mail([row(number, "scan_rdp") for number in range(1, 4)])
    assert told["Subject"].endswith("3 threats in your networks, all high")
    assert "3 are new. All are “Remote desktop (RDP) reachable from the internet”." in said(told)
    assert "Deal with these threats by the date above." in said(told)


def test_a_reminder_answers_its_first_mail() -> None:
    told = mail([row(1, "scan_rdp", why="reminder")], earlier=("<1@cert.example>",))
    assert "Reminder: 1 threat in your networks is still open" in told["Subject"]
    assert told["References"] == "<1@cert.example>"
    assert "twice at most" in said(told)


def test_information_alone_is_not_urgent() -> None:
    told = mail([row(1, "scan_ssh")])
    assert told["Subject"].endswith("1 threat in your networks")
    assert "when you next work on the systems concerned" in said(told)


@pytest.mark.parametrize(
    ("affected", "hint"), [("192.0.2.1", False), ("2001:db8::1", True), ("shop.example", False)]
)
def test_how_to_use_the_commands_fits_the_addresses(affected: str, hint: bool) -> None:
    told = said(mail([row(1, "scan_rdp", affected=affected)]))
    assert "such as ADDRESS and PORT" in told
    assert ("nmap needs the option -6" in told) is hint


def test_texts_without_commands_explain_none() -> None:
    assert "words in capitals" not in said(mail([row(1, "malware_url")]))


def test_a_german_mail_is_german_where_the_kind_is() -> None:
    told = mail([row(1, "scan_rdp"), row(2, "scan_dns", why="reopened")], "de", officer="Jo, 030 5")
    words = said(told)
    assert told["Subject"].endswith("2 Bedrohungen in Ihren Netzen, 1 hoch")
    assert "etwa ADRESSE und PORT" in words
    assert "Jo, 030 5" in words
    for english in ("threat in", "What to do", "Please", "seen 4 times", "The threat"):
        assert english not in words


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("number", [1, 8, 16, 25, 40, len(KINDS)])
def test_however_many_kinds_gmail_shows_the_whole_mail(number: int, language: str) -> None:
    rows = [
        row(place, name, hostname=f"host-{place}.dynamic.customers.nordwind.example", tag="x" * 60)
        for name in KINDS[:number]
        for place in range(1, 22)
    ]
    told = mail(rows, language)
    page = body(told, "html")
    assert len(page.encode()) < GMAIL
    for name in KINDS[:number]:
        assert kind(name).title_in(language) in said(told)
    short = files(told) == ["TOCSIN-2026-000123.txt", "TOCSIN-2026-000123.csv"]
    assert short or files(told) == ["TOCSIN-2026-000123.csv"]
    assert ("TOCSIN-2026-000123.txt" in page) is short
    assert short is (number > 25) or number == 25


def test_what_had_no_room_is_in_the_attached_text() -> None:
    told = mail([row(1, name) for name in KINDS])
    attached = next(told.iter_attachments()).get_content()
    assert attached == body(told, "plain")
    assert "For 1" in body(told, "html")
    last = kind(KINDS[-1]).text_in("en").what.split(".")[0]
    assert " ".join(last.split()) in " ".join(attached.split())


@pytest.mark.parametrize("name", sorted(all_kinds()))
def test_each_kind_makes_a_whole_mail(name: str) -> None:
    """With all four parts, no wrong mark-up, and nothing that a template left behind."""
    told = mail([row(1, name, evidence={"version": "1"})])
    words = said(told)
    for heading in ("What was seen", "Why it matters", "What to do", "How to check that it is"):
        assert heading in words, heading
    page = body(told, "html")
    assert kind(name).title in words
    for leftover in ("%(", "{{", "{%", "<td>None", "TODO", "&amp;amp;", "&lt;code"):
        assert leftover not in page
    assert "`" not in page, "an odd number of back-quotes"
    raw = told.as_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")

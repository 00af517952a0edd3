import csv
import io
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from tests.alerts.samples import ENVELOPE, NOW, SENDER, content, row
from tocsin.alerts.channels.mail.incoming import Sort, read
from tocsin.alerts.channels.mail.message import (
    UnusableAddressError,
    address,
    build,
    new_message_id,
    tagged,
    ticket_in,
)
from tocsin.alerts.channels.mail.setup import sender
from tocsin.alerts.content import AlertContent, Group
from tocsin.alerts.spreadsheet import ZIP_ABOVE, attachment, csv_bytes


def mail(told: AlertContent | None = None, **changes: object) -> EmailMessage:
    told = told or content()
    attached = attachment(told.ticket, csv_bytes(told), told.composed_at)
    built = build(told, SENDER, replace(ENVELOPE, **changes), attached)  # type: ignore[arg-type]
    parsed = message_from_bytes(built.as_bytes(), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_it_is_text_and_html_with_the_csv_beside() -> None:
    told = content([row(number) for number in range(1, 31)])
    parsed = mail(told)
    assert parsed.get_content_type() == "multipart/mixed"
    alternative, attached = parsed.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert attached.get_filename() == "TOCSIN-2026-000123.csv"
    assert attached.get_content_type() == "text/csv"
    payload = attached.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert len(list(csv.DictReader(io.StringIO(payload.decode("utf-8-sig"))))) == 30


def test_headers_tell_who_what_and_that_a_machine_wrote() -> None:
    parsed = mail()
    assert parsed["From"] == "National Cyber Centre <alerts@cert.example>"
    assert parsed["To"] == "abuse@nordwind.example"
    assert parsed["Reply-To"] == "answers@cert.example"
    assert parsed["Subject"] == ("[TOCSIN-2026-000123] TLP:AMBER 1 threat in your networks, high")
    assert parsed["Date"].datetime == NOW
    assert parsed["Message-ID"] == "<7@cert.example>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Tocsin-Ticket"] == "TOCSIN-2026-000123"
    assert "Precedence" not in parsed
    assert "References" not in parsed
    assert "X-Tocsin-Repeat" not in parsed


def test_a_long_subject_stays_on_its_line() -> None:
    told = content([row(number, severity="critical") for number in range(1, 255)] * 50)
    raw = build(told, SENDER, ENVELOPE, attachment("T", b"", NOW)).as_bytes()
    subject = next(line for line in raw.split(b"\r\n") if line.startswith(b"Subject:"))
    assert subject.endswith(b"12,700 threats in your networks, all critical")


def test_the_same_delivery_always_makes_the_same_bytes() -> None:
    told = content()
    attached = attachment(told.ticket, csv_bytes(told), told.composed_at)
    first, second = (build(told, SENDER, ENVELOPE, attached).as_bytes() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("filler", ["word ", "unbroken", "größer "])
def test_everything_on_the_wire_is_ascii_in_short_lines(filler: str) -> None:
    told = content([row(1, hostname="größe.example", evidence={"banner": "é" * 5000})])
    told = replace(told, groups=(_wordy(told.groups[0], filler),))
    attached = attachment(told.ticket, csv_bytes(told), told.composed_at)
    raw = build(told, SENDER, ENVELOPE, attached).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) < 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_reminder_belongs_to_the_thread_of_the_earlier_alert() -> None:
    told = content([row(1, why="reminder")], earlier=("<a@cert.example>", "<b@cert.example>"))
    parsed = mail(told)
    assert parsed["References"] == "<a@cert.example> <b@cert.example>"
    assert "Reminder: 1 threat in your networks is still open" in parsed["Subject"]


def test_a_repeated_delivery_says_so_and_keeps_its_message_id() -> None:
    parsed = mail(repeat=True)
    assert parsed["Message-ID"] == ENVELOPE.message_id
    assert parsed["X-Tocsin-Repeat"]
    for part in parsed.walk():
        if part.get_content_maintype() == "text" and not part.get_filename():
            assert "sent a second time" in " ".join(part.get_content().split())


@pytest.mark.parametrize("evil", ["x\r\nBcc: all@example.org", "x\nBcc: y", "x\x00\x85\u2028y"])
def test_nothing_observed_or_named_can_add_a_header(evil: str) -> None:
    sender = replace(SENDER, authority=evil)
    told = content([row(1, affected=evil, hostname=evil)], organisation=evil, ticket=evil)
    attached = attachment("TOCSIN-2026-000001", csv_bytes(told), NOW)
    envelope = replace(ENVELOPE, message_id=f"<{evil}>")
    safe = replace(told, ticket="TOCSIN-2026-000001", earlier=(evil,))
    parsed = message_from_bytes(build(safe, sender, envelope, attached).as_bytes(), policy=SMTP)
    assert "Bcc" not in parsed
    with pytest.raises(UnusableAddressError):
        address(f"a@b.example{evil}")


@pytest.mark.parametrize(
    ("written", "addressed"),
    [
        ("abuse@nordwind.example", "abuse@nordwind.example"),
        ("abuse@größe.example", "abuse@xn--gre-6ka8i.example"),
        ("müller@größe.example", "müller@xn--gre-6ka8i.example"),
    ],
)
def test_domains_go_out_as_dns_has_them(written: str, addressed: str) -> None:
    assert address(written).addr_spec == addressed


def test_a_name_that_ascii_lacks_goes_out_in_utf8() -> None:
    assert mail(recipient="müller@größe.example")["To"] == "müller@xn--gre-6ka8i.example"


@pytest.mark.parametrize(
    "written",
    ["", "abuse", "@x.example", "a@", "a b@x.example", "a@x.example, b@x.example", "<a@x>", "a@-ä"],
)
def test_anything_but_one_plain_address_is_refused(written: str) -> None:
    with pytest.raises(UnusableAddressError):
        address(written)


def test_a_large_csv_travels_zipped() -> None:
    told = content([row(1, evidence={"banner": "x" * ZIP_ABOVE})])
    *_, attached = mail(told).iter_attachments()
    assert attached.get_content_type() == "application/zip"
    assert attached.get_filename() == "TOCSIN-2026-000123.csv.zip"


def test_message_ids_differ_and_name_our_domain() -> None:
    made = {new_message_id(SENDER) for _ in range(3)}
    assert len(made) == 3
    assert all(one.endswith("@cert.example>") for one in made)


def test_a_ticket_is_found_in_an_answer() -> None:
    assert ticket_in("AW: Re: [TOCSIN-2026-000123] TLP:AMBER") == "TOCSIN-2026-000123"
    assert ticket_in("nothing here") == ""


def _wordy(group: Group, filler: str) -> Group:
    return replace(group, text=replace(group.text, what=filler * 1000))


def test_replies_can_come_to_an_address_of_the_deliverys_own() -> None:
    told = content()
    built = build(told, replace(SENDER, tags_replies=True), ENVELOPE, attachment("T", b"", NOW))
    assert built["Reply-To"] == "answers+7@cert.example"
    words = built.get_body(("plain",))
    assert words is not None
    assert "answers@cert.example" in words.get_content(), "for people, without the delivery's name"


@pytest.mark.parametrize(
    ("setting", "reply_to", "tags"),
    [
        ("", "alerts@cert.example", False),
        ("Answers <answers@cert.example>", "answers@cert.example", False),
        ("answers+@cert.example", "answers@cert.example", True),
    ],
)
def test_the_setting_says_where_replies_go(
    settings: Any, setting: str, reply_to: str, tags: bool
) -> None:
    settings.TOCSIN_MAIL_FROM = "Alerts <alerts@cert.example>"
    settings.TOCSIN_MAIL_REPLY_TO = setting
    assert (sender().reply_to, sender().tags_replies) == (reply_to, tags)


def test_a_reply_to_that_address_names_its_delivery() -> None:
    message_id = new_message_id(SENDER)
    raw = f"From: a@b.example\r\nTo: {tagged('answers@cert.example', message_id)}\r\n\r\nDone"
    found = read(raw.encode())
    assert (found.sort, f"<{found.token}@cert.example>") == (Sort.REPLY, message_id)

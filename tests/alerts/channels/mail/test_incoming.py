import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.alerts.incoming_mails import (
    ANSWER,
    EXCHANGE_AWAY,
    EXIM,
    GMAIL_AWAY,
    OUR_FILE,
    QMAIL,
    QMAIL_BODY,
    READ_RECEIPT,
    TICKET_SYSTEM,
    dsn,
    letter,
)
from tocsin.alerts.channels.mail.incoming import Incoming, Sort, read

ID = "<2f4797cf-66ea-4d49-8359-a1c938ad71e4@cert.example>"
TOKEN = ID[1:].partition("@")[0]
TAGGED = f"bounces+{TOKEN}@cert.example"


def about(headers: str, body: str = "Hello.") -> Incoming:
    return read(letter(headers.format(message_id=ID, to=TAGGED), body))


@pytest.mark.parametrize("headers", [EXCHANGE_AWAY, GMAIL_AWAY, READ_RECEIPT])
def test_an_automatic_reply_is_no_bounce_even_at_the_address_for_bounces(headers: str) -> None:
    mail = about(headers, "I am away, code 550 of the alarm system is with my colleague.")
    assert (mail.sort, mail.failure) == (Sort.AUTOMATIC, None)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-notified",
        "Precedence: auto_reply",
        "X-Autorespond: yes",
        "Return-Path: <>",
    ],
)
def test_each_mark_of_an_automatic_reply_is_enough(header: str) -> None:
    mail = about(f"From: jo@x.example\n{header}\nSubject: Re: [TOCSIN-2026-000001]")
    assert mail.sort is Sort.AUTOMATIC


def test_auto_submitted_no_is_a_person() -> None:
    assert about(f"Auto-Submitted: no\nIn-Reply-To: {ID}").sort is Sort.REPLY


def test_an_answer_is_read_with_its_foreign_letters() -> None:
    mail = about(ANSWER)
    assert (mail.sort, mail.message_ids, mail.ticket) == (Sort.REPLY, (ID,), "TOCSIN-2026-000001")
    assert mail.sender == "abuse@nordwind-hosting.example"
    assert mail.subject == "AW: [TOCSIN-2026-000001] erledigt"


def test_our_file_shows_that_a_ticket_system_sends_a_persons_answer() -> None:
    assert about(TICKET_SYSTEM, OUR_FILE).sort is Sort.REPLY
    assert about(TICKET_SYSTEM, "--b--").sort is Sort.AUTOMATIC


def test_a_foreign_mail_is_neither() -> None:
    mail = about("From: shop@x.example\nSubject: Buy now", "TOCSIN-2026-000001 550 5.1.1")
    assert (mail.sort, mail.ticket) == (Sort.OTHER, "")


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (EXIM, "This is a permanent error.", ""),
        (EXIM, "  host mx [192.0.2.1]: 550 5.7.1 refused by policy", "5.7.1"),
        (QMAIL, QMAIL_BODY, "5.1.1"),
        ("From: postmaster@x.example\nSubject: Undeliverable: news", "undeliverable", ""),
    ],
)
def test_bounces_in_words_are_understood(headers: str, body: str, status: str) -> None:
    mail = about(headers, body.format(message_id=ID))
    assert mail.sort is Sort.BOUNCE
    assert mail.failure is not None
    assert (mail.failure.final, mail.failure.status) == (True, status)


def test_a_quoted_original_names_its_mail() -> None:
    assert about(QMAIL, QMAIL_BODY.format(message_id=ID)).message_ids == (ID,)
    assert read(dsn("failed", f"Message-ID: {ID}")).message_ids == (ID,)


def test_a_persons_mail_does_not_name_mails_in_its_text() -> None:
    assert about("From: jo@x.example", f"Message-ID: {ID}").message_ids == ()


def test_a_postmaster_who_writes_himself_is_no_bounce() -> None:
    mail = about(f"From: postmaster@x.example\nIn-Reply-To: {ID}", "We have closed the port.")
    assert mail.sort is Sort.REPLY


@pytest.mark.parametrize(
    ("action", "final", "delayed"),
    [
        ("failed", True, False),
        ("FAILED", True, False),
        ("delayed", False, True),
        ("delivered", False, False),
    ],
)
def test_a_notification_says_what_became_of_the_mail(
    action: str, final: bool, delayed: bool
) -> None:
    failure = read(dsn(action, "")).failure
    assert failure is not None
    assert (failure.final, failure.delayed) == (final, delayed)


@pytest.mark.parametrize("name", ["To", "Delivered-To", "X-Original-To", "Envelope-To", "Cc"])
def test_the_address_that_it_came_to_names_the_delivery(name: str) -> None:
    assert about(f"From: jo@x.example\n{name}: {TAGGED}").token == TOKEN


def test_many_ids_are_bounded() -> None:
    ids = " ".join(f"<{number}@x.example>" for number in range(5000))
    assert len(about(f"References: {ids}").message_ids) == 50


PARTS = [
    b"From: =?bad?q?x?=\r\n",
    b"Subject: =?utf-8?b?w/w=?=\r\n",
    b"Subject: a\x00b\xff\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    b"Content-Type: message/delivery-status\r\n",
    b"Content-Type: text/plain; charset=nonsense; name*=x''%ff\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b'Content-Disposition: attachment; filename*0*=bad"\r\n',
    b"To: <<>,,;@\r\n",
    b"References: <\r\n <a@b>\r\n",
    b"\r\n",
    b"--b\r\n",
    b"Action: failed\r\nStatus: 5.9.9.9\r\n",
    b"\xff\xfe\x00",
]


@given(st.lists(st.sampled_from(PARTS) | st.binary(max_size=30), max_size=14).map(b"".join))
@example(b"From: postmaster@x\r\nContent-Type: text/plain\r\n\r\n\x00 550 \xff")
@example(PARTS[4] + b"\r\nAction: failed")
def test_any_bytes_are_read_and_give_words_that_a_table_can_hold(raw: bytes) -> None:
    mail = read(raw)
    detail = mail.failure.detail if mail.failure else ""
    for words in (mail.sender, mail.subject, mail.token, mail.ticket, detail, *mail.message_ids):
        assert "\x00" not in words
        words.encode()

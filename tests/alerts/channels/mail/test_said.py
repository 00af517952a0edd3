from email import message_from_bytes
from email.message import EmailMessage

import pytest

from tocsin.alerts.channels.mail.said import MOST_FILES, MOST_WORDS, files_of, words_of


def words(body: str, kind: str = "plain") -> str:
    mail = EmailMessage()
    mail.set_content(body, subtype=kind)
    return words_of(message_from_bytes(mail.as_bytes()))


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, 2 Mar 2026 at 09:00, National CERT <a@cert.example> wrote:\n> old\n",
        "On Mon, 2 Mar 2026 at 09:00, National CERT\n<a@cert.example> wrote:\n> old\n",
        "Am 02.03.26 um 09:00 schrieb National CERT:\n> old\n",
        "-----Original Message-----\nFrom: a@cert.example\nold",
        "-----Ursprüngliche Nachricht-----\nVon: a@cert.example\nold",
        "________________________________\nVon: National CERT <a@cert.example>\nold",
        "From: National CERT <a@cert.example>\nSent: Monday\nold",
        "-- \nAbuse Desk, old phone number",
        "> old",
        "",
    ],
)
def test_what_is_quoted_is_left_out(below: str) -> None:
    assert words(f"We have fixed it.\nMostly.\n\n{below}") == "We have fixed it.\nMostly."


def test_an_answer_below_the_quote_is_found() -> None:
    assert words("> old\n> older\n\nAll fixed.\n") == "All fixed."


def test_html_is_read_without_its_quote() -> None:
    page = "<style>p{}</style><p>All <b>fixed</b>.<br>Bye</p><blockquote>old</blockquote>"
    assert words(page, "html") == "All fixed.\nBye"


def test_words_are_bounded_and_visible() -> None:
    assert words("a\0\x1b[31mb\u202e") == "a[31mb"
    assert len(words("x" * 3 * MOST_WORDS)) <= MOST_WORDS


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff", b"Content-Type: text/plain; charset=nonsense\n\nfixed",
     b"Content-Type: multipart/mixed\n\nfixed",
     b"Content-Type: multipart/mixed; boundary=b\n\n--b"],
)  # fmt: skip
def test_nothing_breaks_it(raw: bytes) -> None:
    mail = message_from_bytes(raw)
    assert words_of(mail) in ("", "fixed", "\ufffd")
    assert files_of(mail) == []


def test_tables_are_taken_from_the_mail_itself_and_not_from_one_forwarded_in_it() -> None:
    inner = EmailMessage()
    inner.set_content("old")
    inner.add_attachment(b"1", maintype="text", subtype="csv", filename="inner.csv")
    mail = EmailMessage()
    mail.set_content("fixed")
    mail.add_attachment(b"2", maintype="application", subtype="octet-stream", filename="A.CSV")
    mail.add_attachment(b"3", maintype="application", subtype="json")
    mail.add_attachment(b"4", maintype="image", subtype="png", filename="logo.png")
    mail.add_attachment(inner)
    found = files_of(message_from_bytes(mail.as_bytes()))
    assert [(one.name, one.data) for one in found] == [("A.CSV", b"2"), ("file", b"3")]


def test_of_very_many_files_one_more_than_allowed_is_looked_at() -> None:
    mail = EmailMessage()
    mail.set_content("fixed")
    for number in range(MOST_FILES + 9):
        mail.add_attachment(b"1", maintype="text", subtype="csv", filename=f"{number}.csv")
    assert len(files_of(message_from_bytes(mail.as_bytes()))) == MOST_FILES + 1

from email import message_from_bytes

import pytest

from tocsin.alerts.channels.mail.headers import header, text_of


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"Subject: plain", "plain"),
        (b"Subject: folded\r\n  line", "folded line"),
        (b"Subject: =?utf-8?q?J=C3=B6?= and =?iso-8859-1?q?Gr=F6=DFe?=", "Jö and Größe"),
        (b"Subject: =?no-such-code?q?x?=", "=?no-such-code?q?x?="),
        (b"Subject: =?utf-8?b?w/w=?=", "=?utf-8?b?w/w=?="),
        (b"Subject: a\x07b", "a b"),
        (b"Subject:", ""),
        (b"X: y", ""),
        (b"Subject: one\r\nSubject: two", "one two"),
    ],
)
def test_a_header_is_read_as_one_line_of_words(line: bytes, words: str) -> None:
    assert header(message_from_bytes(line + b"\r\n\r\n"), "Subject") == words


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\r\nhello", "hello"),
        (b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=", "hello"),
        (b"Content-Type: text/html\r\n\r\n<p>", ""),
        (b"\r\n\xff", "\ufffd"),
        (b"\r\n" + b"x" * 30_000, "x" * 20_000),
    ],
)
def test_the_text_is_read_as_far_as_it_can_be(raw: bytes, words: str) -> None:
    assert text_of(message_from_bytes(raw)) == words

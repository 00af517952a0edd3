import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.channels.mail.entity import base64_lines, base64_part, parted

MAIL = (
    b"From: a@b.example\r\nSubject: [T-1] a long\r\n subject\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed;\r\n boundary="x"\r\n\r\n--x\r\n\r\nhi\r\n--x--\r\n'
)


def test_a_mail_is_parted_and_put_together_again() -> None:
    entity = parted(MAIL)
    assert entity.outer == b"From: a@b.example\r\nSubject: [T-1] a long\r\n subject\r\n"
    assert entity.content == b'Content-Type: multipart/mixed;\r\n boundary="x"\r\n'
    assert bytes(entity) == MAIL


def test_the_hidden_subject_is_inside_whole_and_outside_not_at_all() -> None:
    hidden = parted(MAIL).with_hidden_subject("[T-1]")
    assert b"Subject: [T-1]\r\n" in hidden.outer
    assert b"long" not in hidden.outer
    assert hidden.content.startswith(b"Subject: [T-1] a long\r\n subject\r\n")
    assert b'boundary="x";\r\n protected-headers="v1"\r\n' in hidden.content


def test_what_is_signed_ends_before_the_boundarys_line_end() -> None:
    assert parted(MAIL).signable.endswith(b"--x--")


def test_another_content_keeps_the_outer_fields_and_needs_a_boundary_of_its_own() -> None:
    made = parted(MAIL).multipart("multipart/signed", b"one", b"two")
    assert made.outer == parted(MAIL).outer
    boundary = made.content.partition(b'boundary="')[2].partition(b'"')[0]
    assert made.body.count(b"--" + boundary) == 3
    assert made.body.endswith(b"--" + boundary + b"--\r\n")


@given(st.binary(max_size=5000))
def test_base64_lines_are_short_and_whole(data: bytes) -> None:
    lines = base64_lines(data)
    assert all(len(line) <= 76 for line in lines.split(b"\r\n"))
    assert b"\n" not in lines.replace(b"\r\n", b"")
    assert base64.b64decode(lines) == data


@pytest.mark.parametrize("headers", ["Content-Type: a/b", "Content-Type: a/b\nX: y"])
def test_a_part_has_its_headers_and_an_empty_line(headers: str) -> None:
    head, _, body = base64_part(headers, b"data").partition(b"\r\n\r\n")
    assert head.decode().split("\r\n") == [
        *headers.split("\n"),
        "Content-Transfer-Encoding: base64",
    ]
    assert base64.b64decode(body) == b"data"

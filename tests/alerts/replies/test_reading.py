from uuid import UUID

import pytest

from tests.alerts.replies.test_files import zipped
from tocsin.alerts.replies.reading import Handed, read_file
from tocsin.alerts.replies.refusals import Why

A = UUID(int=1)
SHEET = f"threat_id,status\n{A},fixed\n".encode()
OBJECT = (
    f'{{"format": "tocsin-answer", "version": 1, "report": "{A}", "statement": "fixed"}}'.encode()
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", SHEET),
        ("a.json", OBJECT),
        ("a.csv", OBJECT),
        ("a.zip", zipped(("a.csv", SHEET))),
        ("a.csv", zipped(("a.json", OBJECT))),
    ],
)
def test_the_content_says_what_it_is_and_not_the_name(name: str, data: bytes) -> None:
    (read,) = read_file(Handed(name, data))
    assert [one.threat for one in read.given] == [A]


def test_of_a_zip_each_file_counts_for_itself() -> None:
    found = list(read_file(Handed("a.zip", zipped(("a.csv", b"nothing"), ("b.csv", SHEET)))))
    assert [one.reason for one in found[0].refused] == [Why.NO_COLUMNS]
    assert len(found[1].given) == 1


def test_what_cannot_be_read_is_told_and_breaks_nothing() -> None:
    (read,) = read_file(Handed("\x1b[31m" + "x" * 300, b"\xff\xfe\x00"))
    (refused,) = read.refused
    assert (refused.row, refused.reason) == (0, Why.NOT_TEXT)
    assert refused.file.isprintable()
    assert len(refused.file) <= 100

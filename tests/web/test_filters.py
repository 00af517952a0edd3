from datetime import UTC, date, datetime

import pytest

from tocsin.web import filters


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (999, "999"), (1234567, "1\u202f234\u202f567"), (None, "–")]
)
def test_number(value: int | None, shown: str) -> None:
    assert filters.number(value) == shown


def test_moment_and_day() -> None:
    assert filters.moment(datetime(2026, 9, 3, 6, 5, tzinfo=UTC)) == "3 Sep 2026, 06:05 UTC"
    assert filters.day(date(2026, 9, 3)) == "Thu 3 Sep 2026"
    assert filters.moment(None) == filters.day(None) == "–"


def test_a_time_says_exactly_when_for_scripts() -> None:
    assert filters.time(datetime(2026, 9, 3, 6, 5, 1, 9, tzinfo=UTC)) == (
        '<time datetime="2026-09-03T06:05:01+00:00">3 Sep 2026, 06:05 UTC</time>'
    )
    assert filters.time(None) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0 bytes"), (9_999, "9\u202f999 bytes"), (10_000, "10 kB"), (2_345_678, "2.3 MB"),
     (None, "–")],
)  # fmt: skip
def test_size(value: int | None, shown: str) -> None:
    assert filters.size(value) == shown


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.csv", "a.csv"), ("/x/y/a.csv", "a.csv"), ("x.zip/a.csv", "a.csv"), ("", "")],
)
def test_base_name(path: str, name: str) -> None:
    assert filters.base_name(path) == name


@pytest.mark.parametrize(
    ("kind", "words"),
    [("isp", "ISP"), ("hosting", "hosting"), ("public-body", "public body"), ("", "")],
)
def test_kind_words(kind: str, words: str) -> None:
    assert filters.kind_words(kind) == words

"""What a feed's days are worth: each stream of each kind by itself, against its own past."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tocsin.database.scope import staff_scope
from tocsin.intake.health import record_day
from tocsin.intake.models import Feed, FeedDay

FIRST = date(2026, 3, 1)


@pytest.fixture
def feed(db: None) -> Iterator[Feed]:
    with staff_scope():
        yield Feed.objects.create(name="shadowserver")


def record(feed: Feed, number: int, rows: int, **more: object) -> FeedDay:
    given = {"kind": "scan_rdp", "stream": "geo", "refused": 0, "at_least": 0, **more}
    return record_day(feed=feed, day=FIRST + timedelta(days=number), rows=rows, **given)  # type: ignore[arg-type]


def test_a_day_is_measured_against_the_days_before_it(feed: Feed) -> None:
    for number in range(3):
        assert record(feed, number, 100).state == "healthy"
    short = record(feed, 3, 40)
    assert (short.state, short.usual) == ("short", 100)


def test_days_that_were_not_healthy_are_no_measure(feed: Feed) -> None:
    for number, rows in enumerate((100, 100, 10, 10, 10, 10, 10)):
        last = record(feed, number, rows)
    assert (last.state, last.usual) == ("short", 100)


def test_a_past_day_is_not_measured_against_later_ones(feed: Feed) -> None:
    for number in range(5, 9):
        record(feed, number, 1000)
    assert record(feed, 1, 100).state == "healthy"


def test_only_the_latest_week_is_the_measure(feed: Feed) -> None:
    for number in range(10):
        record(feed, number, 100)
    for number in range(10, 18):
        record(feed, number, 60)
    assert record(feed, 18, 40).usual == 60


@pytest.mark.parametrize("other", [{"kind": "scan_ssh"}, {"stream": "asn"}])
def test_streams_and_kinds_are_apart(feed: Feed, other: dict[str, str]) -> None:
    for number in range(3):
        record(feed, number, 1000, **other)
    assert record(feed, 3, 30).state == "healthy"


def test_other_feeds_are_apart(feed: Feed) -> None:
    another = Feed.objects.create(name="another")
    for number in range(3):
        record(another, number, 1000)
    assert record(feed, 3, 30).usual is None


def test_a_second_report_of_the_day_adds_to_it_and_is_judged_with_it(feed: Feed) -> None:
    for number in range(2):
        record(feed, number, 100)
    assert record(feed, 2, 30).state == "short"
    FeedDay.objects.update(swept=True)
    both = record(feed, 2, 30, refused=5)
    assert (both.rows, both.refused, both.state) == (60, 5, "healthy")
    assert not FeedDay.objects.get(day=both.day).swept


def test_refused_rows_are_judged_over_the_whole_day(feed: Feed) -> None:
    assert record(feed, 0, 100, refused=30).state == "refused"
    assert record(feed, 0, 100).state == "healthy"


def test_a_cut_delivery_is_short_until_the_whole_one_comes(feed: Feed) -> None:
    assert record(feed, 0, 100, is_cut=True).state == "short"
    assert record(feed, 0, 120).state == "healthy"


def test_a_feeds_own_least_counts_from_the_first_day(feed: Feed) -> None:
    assert record(feed, 0, 9, at_least=10).state == "short"
    assert record(feed, 1, 10, at_least=10).state == "healthy"

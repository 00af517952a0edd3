from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.threats.rules import (
    HEALTHY_SCANS_TO_CLOSE,
    Closing,
    Delivered,
    closings,
    expiry,
    healthy_days,
    out_of_sight,
)

START = date(2026, 3, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def delivered(*days: tuple[str, int, bool]) -> list[Delivered]:
    return [Delivered(stream, day(number), healthy) for stream, number, healthy in days]


def test_a_day_is_healthy_when_all_its_streams_are() -> None:
    found = healthy_days(
        delivered(("a", 0, True), ("b", 0, True), ("a", 1, True), ("a", 2, True), ("b", 2, False))
    )
    assert found == [day(0)]


def test_a_stream_that_begins_later_does_not_spoil_earlier_days() -> None:
    found = healthy_days(delivered(("a", 0, True), ("a", 1, True), ("b", 1, True)))
    assert found == [day(0), day(1)]


def test_a_stream_that_ended_is_forgotten_after_thirty_days() -> None:
    rows = [("old", 0, True), *(("a", number, True) for number in range(40))]
    found = healthy_days(delivered(*rows))
    assert day(30) not in found
    assert day(31) in found


def test_two_healthy_scans_close() -> None:
    healthy = [day(0), day(1), day(4)]
    assert closings(healthy, [day(0)]) == []
    assert closings(healthy, [day(4)]) == [Closing(day(4), day(1))]
    assert closings(healthy, [day(1), day(4)]) == [
        Closing(day(1), day(0)),
        Closing(day(4), day(1)),
    ]


def test_an_unhealthy_day_closes_nothing() -> None:
    assert closings([day(0), day(1)], [day(2)]) == []


@given(st.sets(st.integers(0, 40)), st.integers(0, 40), st.integers(0, 40))
def test_closed_is_what_the_last_healthy_scans_did_not_see(
    healthy: set[int], last_seen: int, today: int
) -> None:
    days = sorted(day(number) for number in healthy)
    found = closings(days, [day(today)])
    missed = [number for number in healthy if last_seen < number <= today]
    closed = any(day(last_seen) < one.cutoff for one in found)
    assert closed == (today in healthy and len(missed) >= HEALTHY_SCANS_TO_CLOSE)


def test_events_expire_by_age() -> None:
    assert expiry(day(20), 14) == Closing(day(20), day(6))


def test_a_kind_is_out_of_sight_after_thirty_days_of_a_feed_that_goes_on() -> None:
    healthy = [day(0), day(1)]
    assert out_of_sight(healthy, day(31)) is None
    assert out_of_sight(healthy, day(32)) == Closing(day(32), day(2))
    assert out_of_sight([day(0)], day(90)) is None

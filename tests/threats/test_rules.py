from datetime import date, timedelta
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tocsin.threats.rules import (
    HEALTHY_SCANS_TO_CLOSE,
    Closing,
    Delivered,
    Ending,
    closings,
    endings_of_events,
    endings_of_scan,
    expiry,
    healthy_days,
    may_be_out_of_sight,
    out_of_sight,
)
from tocsin.threats.states import State

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


numbers = st.lists(st.integers(0, 120), unique=True, max_size=25).map(sorted)


def ending_of(endings: list[Ending], last_day: date) -> tuple[date, State] | None:
    found = [(one.day, one.state) for one in endings if one.first <= last_day < one.until]
    assert len(found) <= 1, "they do not overlap"
    return found[0] if found else None


@given(numbers, numbers, st.integers(0, 120))
def test_a_scans_threat_ends_as_if_days_were_gone_through_one_by_one(
    healthy: list[int], others: list[int], last_seen: int
) -> None:
    expected = None
    for today in range(last_seen, 121):
        before = [one for one in healthy if one <= today]
        if today in healthy and sum(last_seen < one <= today for one in healthy) >= 2:
            expected = (day(today), State.GONE)
        elif today in {*healthy, *others} and len(before) >= 2 and today - before[-1] > 30:
            expected = (day(today), State.LOST) if today - last_seen > 30 else None
        if expected:
            break
    days = sorted({day(one) for one in (*healthy, *others)})
    endings = endings_of_scan([day(one) for one in healthy], days)
    assert ending_of(endings, day(last_seen)) == expected


@given(numbers, st.integers(0, 120), st.integers(1, 40))
def test_an_event_ends_on_the_first_healthy_day_after_its_window(
    healthy: list[int], last_seen: int, window: int
) -> None:
    late = [one for one in healthy if one > last_seen + window]
    endings = endings_of_events([day(one) for one in healthy], window)
    expected = (day(late[0]), State.LOST) if late else None
    assert ending_of(endings, day(last_seen)) == expected


@given(numbers, st.integers(0, 160))
def test_without_a_gap_of_thirty_days_nothing_is_out_of_sight(
    healthy: list[int], until: int
) -> None:
    """The quick question has no false no."""
    days = [day(one) for one in healthy if one <= until]
    if not may_be_out_of_sight(days, day(until)):
        every = [day(number) for number in range(until + 1)]
        endings = endings_of_scan(days, every)
        assert {one.state for one in endings} <= {State.GONE}


def test_years_of_days_are_judged_in_moments() -> None:
    """Sweeping asks this for each kind."""
    rows = [Delivered(stream, day(number), True) for number in range(3000) for stream in "abc"]
    started = perf_counter()
    healthy = healthy_days(rows)
    endings = endings_of_scan(healthy, healthy)
    assert (len(healthy), len(endings)) == (3000, 2999)
    assert perf_counter() - started < 2

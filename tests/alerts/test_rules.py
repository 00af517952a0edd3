from datetime import UTC, datetime, timedelta

import pytest

from tocsin.alerts.rules import (
    RETRY_AFTER,
    Digests,
    Round,
    Wish,
    due_round,
    remind_after,
    resend_at,
    retry_at,
)

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGEST = Round(1, reminders=True)
URGENT = Round(5, reminders=False)


def days_before(days: float) -> datetime:
    return MONDAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, DIGEST),
        (days_before(1), DIGEST),
        (days_before(0.4), DIGEST),  # yesterday, though only ten hours ago
        (days_before(0.1), URGENT),
        (MONDAY, URGENT),
    ],
)
def test_a_daily_digest_comes_once_a_calendar_day(last: datetime | None, expected: Round) -> None:
    assert due_round(Wish(), last, MONDAY) == expected


@pytest.mark.parametrize(
    ("weekday", "last", "expected"),
    [
        (0, days_before(3), DIGEST),
        (1, days_before(3), URGENT),
        (1, days_before(7), DIGEST),
        (0, days_before(0.1), URGENT),
        (4, None, DIGEST),
    ],
)
def test_a_weekly_one_comes_on_its_weekday_or_when_a_week_has_passed(
    weekday: int, last: datetime | None, expected: Round
) -> None:
    assert due_round(Wish("weekly", weekday), last, MONDAY) == expected


def test_immediate_rhythm_never_has_a_digest_but_may_be_overruled() -> None:
    wish = Wish("immediate", immediate_from="high")
    assert due_round(wish, None, MONDAY) == Round(4, reminders=False)
    assert due_round(wish, None, MONDAY, Digests.AT_ONCE) == DIGEST


def test_who_wants_nothing_at_once_gets_nothing_between_digests() -> None:
    wish = Wish(immediate_from="never")
    assert due_round(wish, MONDAY, MONDAY) is None
    assert due_round(wish, None, MONDAY, Digests.NONE) is None
    assert due_round(wish, days_before(1), MONDAY) == DIGEST


def test_compromises_are_reminded_of_sooner() -> None:
    assert remind_after("malicious-code") == timedelta(days=7)
    assert remind_after("vulnerable") == timedelta(days=30)


def test_retries_back_off_and_end() -> None:
    waits = [retry_at(attempts, MONDAY) for attempts in range(1, len(RETRY_AFTER) + 2)]
    assert waits[-1] is None
    times = [one for one in waits if one]
    assert times == sorted(times)
    assert times[0] == MONDAY + timedelta(minutes=5)
    assert sum(RETRY_AFTER, timedelta()) > timedelta(days=1)


def test_an_uncertain_delivery_is_sent_again_once_by_itself() -> None:
    hour = timedelta(hours=1)
    assert resend_at(1, MONDAY, hour) == MONDAY + hour
    assert resend_at(2, MONDAY, hour) is None

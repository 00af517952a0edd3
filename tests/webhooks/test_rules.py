"""When a webhook is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.webhooks import rules
from tocsin.webhooks.rules import Answer, Verdict

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.TAKEN), (201, Verdict.TAKEN), (204, Verdict.TAKEN), (299, Verdict.TAKEN),
        (0, Verdict.AGAIN), (199, Verdict.AGAIN), (301, Verdict.AGAIN), (307, Verdict.AGAIN),
        (400, Verdict.AGAIN), (404, Verdict.AGAIN), (429, Verdict.AGAIN), (500, Verdict.AGAIN),
        (410, Verdict.GONE),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, verdict: Verdict) -> None:
    assert rules.verdict(Answer(status)) is verdict


def rounds(chance: float) -> list[timedelta]:
    """The waits of an event that is never taken."""
    waits: list[timedelta] = []
    now = NOW
    while again := rules.next_attempt(len(waits) + 1, NOW, now, chance):
        waits.append(again - now)
        now = again
    return waits


def test_the_waits_grow_and_end_within_three_days() -> None:
    waits = rounds(0.5)
    assert waits[:4] == [30 * SECOND, 90 * SECOND, 270 * SECOND, 810 * SECOND]
    assert waits == sorted(waits)
    assert max(waits) == 12 * HOUR
    assert 2 * DAY < sum(waits, timedelta()) <= 3 * DAY
    assert 8 <= len(waits) <= 14


@pytest.mark.parametrize("chance", [0.0, 0.25, 1.0])
def test_chance_moves_a_wait_by_a_fifth_at_most(chance: float) -> None:
    for attempts in range(1, 40):
        plain = rules.wait(attempts, 0.5)
        assert 0.8 * plain <= rules.wait(attempts, chance) <= 1.2 * plain
    assert len({rules.wait(3, chance), rules.wait(3, 0.5)}) == 2


def test_however_often_it_was_tried_the_wait_is_bounded() -> None:
    assert rules.wait(10**6, 1.0) <= timedelta(hours=14.4)
    assert rules.rest(10**6) == HOUR


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (429, "120", timedelta(minutes=2)),
        (503, "0", timedelta()),
        (503, " 7 ", 7 * SECOND),
        (503, "999999999999999999999", 6 * HOUR),
        (503, "-5", timedelta()),
        (503, "soon", timedelta()),
        (503, "", timedelta()),
        (503, "²", timedelta()),
        (503, "Mon, 02 Mar 2026 10:00:00 GMT", HOUR),
        (503, "Mon, 02 Mar 2026 10:00:00", HOUR),
        (503, "Mon, 02 Mar 2026 08:00:00 GMT", timedelta()),
        (503, "Fri, 02 Mar 2096 08:00:00 GMT", 6 * HOUR),
        (500, "120", timedelta()),
        (200, "120", timedelta()),
    ],
)
def test_retry_after_is_honoured_within_bounds(status: int, text: str, expected: timedelta) -> None:
    assert rules.asked_to_wait(Answer(status, retry_after=text), NOW) == expected


def test_an_endpoint_that_asks_is_left_alone_for_so_long() -> None:
    assert rules.next_attempt(1, NOW, NOW, 0.5, HOUR) == NOW + HOUR
    assert rules.next_attempt(1, NOW, NOW, 0.5, SECOND) == NOW + 30 * SECOND
    assert rules.rest(1, HOUR) == HOUR
    assert rules.rest(1, SECOND) == 30 * SECOND


def test_five_days_of_failures_are_enough() -> None:
    assert not rules.is_dead(None, NOW)
    assert not rules.is_dead(NOW - 5 * DAY + SECOND, NOW)
    assert rules.is_dead(NOW - 5 * DAY, NOW)

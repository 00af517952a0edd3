from datetime import date
from itertools import permutations

import pytest

from tocsin.database.scope import staff_scope
from tocsin.intake.health import record_day, state_of, usual_rows
from tocsin.intake.models import Feed, FeedDay


@pytest.mark.parametrize(
    ("rows", "refused", "usual", "state"),
    [
        (100, 0, 100, "healthy"),
        (50, 0, 100, "healthy"),
        (49, 0, 100, "short"),
        (0, 0, None, "healthy"),
        (1, 0, 19, "healthy"),
        (100, 20, 100, "healthy"),
        (100, 21, 100, "refused"),
        (1, 1, None, "refused"),
    ],
)
def test_states(rows: int, refused: int, usual: int | None, state: str) -> None:
    assert state_of(rows, refused, usual) == state


def test_a_feeds_own_least() -> None:
    assert state_of(99, 0, None, at_least=100) == "short"
    assert state_of(100, 0, None, at_least=100) == "healthy"


def test_what_was_cut_off_proves_nothing_however_long_it_is() -> None:
    assert state_of(100, 0, 100, is_cut=True) == "short"
    assert state_of(100, 30, 100, is_cut=True) == "refused"


def test_usual_is_the_median_of_the_latest_week() -> None:
    assert usual_rows([]) is None
    assert usual_rows([10]) is None
    assert usual_rows([10, 30]) == 20
    assert usual_rows([10, 20, 30, 40, 50, 60, 70, 1000, 2000]) == 40


@pytest.mark.django_db
@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_days_are_judged_the_same_whatever_order_they_come_in(order: tuple[int, ...]) -> None:
    """The third is cut off, and the last has too few rows."""
    with staff_scope():
        feed = Feed.objects.create(name="shadowserver")
        for number in order:
            rows = 40 if number == 3 else 100
            day = date(2026, 3, 1 + number)
            record_day(feed, "scan_rdp", "geo", day, rows, 0, 0, is_cut=number == 2)
        days = FeedDay.objects.order_by("day").values_list("state", "usual")
        assert list(days) == [
            ("healthy", None), ("healthy", None), ("short", 100), ("short", 100),
        ]  # fmt: skip

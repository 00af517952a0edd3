import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.demo.draw import Draw
from tocsin.demo.lives import Days, Fates, event_lives, fates, scan_lives

HEALTHY = np.ones(7, dtype=bool)


def _days(*rows: str) -> Days:
    return np.array([[int(day) for day in row] for row in rows])


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("1111111", Fates(1, 0, 0)),
        ("0001111", Fates(1, 0, 0)),
        ("1111110", Fates(1, 0, 0)),  # one healthy day without it proves nothing yet
        ("1111100", Fates(0, 1, 0)),
        ("1100011", Fates(0, 0, 1)),
        ("1101111", Fates(1, 0, 0)),
        ("1001001", Fates(0, 0, 1)),
        ("1001000", Fates(0, 1, 0)),  # came back and went again
        ("0000000", Fates(0, 0, 0)),  # never seen: no threat
    ],
)
def test_fates_of_one_threat(seen: str, expected: Fates) -> None:
    assert fates(_days(seen), HEALTHY) == expected


def test_an_unhealthy_day_closes_nothing() -> None:
    healthy = HEALTHY.copy()
    healthy[5] = False
    assert fates(_days("1111100"), healthy) == Fates(1, 0, 0)


@pytest.mark.parametrize("days", [1, 2, 3, 7, 30])
def test_scanned_threats_have_one_row_a_day_at_most(days: int) -> None:
    lives = scan_lives(Draw(1, "t"), 500, days)
    assert lives.seen.shape == (500, days)
    assert set(np.unique(lives.seen)) <= {0, 1}


def test_a_device_that_moves_is_never_at_both_addresses() -> None:
    lives = scan_lives(Draw(1, "t"), 2000, 7)
    assert len(lives.moves) > 20
    for old, new in lives.moves:
        assert (lives.seen[old] + lives.seen[new] == 1).all()


def test_all_stories_occur() -> None:
    ends = fates(scan_lives(Draw(1, "t"), 2000, 7).seen, HEALTHY)
    assert min(ends.open, ends.gone, ends.reopened) > 20


def test_infected_machines_show_themselves_now_and_then() -> None:
    seen = event_lives(Draw(1, "t"), 500, 7).seen
    assert seen.max() == 4
    assert 0.35 < (seen > 0).mean() < 0.55


@given(st.lists(st.lists(st.integers(0, 2), min_size=9, max_size=9), min_size=1, max_size=8),
       st.lists(st.booleans(), min_size=9, max_size=9))  # fmt: skip
def test_fates_are_those_of_each_threat_by_itself(
    rows: list[list[int]], healthy: list[bool]
) -> None:
    ends = [_end(row, healthy) for row in rows]
    found = fates(np.array(rows), np.array(healthy))
    assert found == Fates(*(ends.count(each) for each in ("open", "gone", "reopened")))


def _end(row: list[int], healthy: list[bool]) -> str:
    """One threat's life as docs/explanation/states.md tells it, day after day."""
    state, missed = "", 0
    for seen, fine in zip(row, healthy, strict=True):
        if seen:
            state = "reopened" if state in ("gone", "reopened") else "open"
            missed = 0
        elif state in ("open", "reopened") and fine:
            missed += 1
            state = "gone" if missed == 2 else state
    return state

import pytest
from benchmarks.latency import LOOK_UPS, PAGES, Latency, merged, percentile, table, worst
from rich.console import Console

HUNDRED = tuple(n / 1_000 for n in range(1, 101))
FOUND = [
    Latency(PAGES, "at 0%", "member", (0.010, 0.030), 2_000, 0.008),
    Latency(LOOK_UPS, "own v4", "member", (0.060,), 1, 0.001),
    Latency(PAGES, "at 0%", "analyst", (0.020,), 1_000, 0.004),
    Latency(PAGES, "at 0%", "member", (0.040,), 1_000, 0.004),
]


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        (HUNDRED, 0.5, 0.050),
        (HUNDRED, 0.95, 0.095),
        (HUNDRED, 1, 0.100),
        ((3.0, 1.0, 2.0), 0.5, 2.0),
        ((3.0, 1.0, 2.0), 0.95, 3.0),
        ((7.0,), 0.5, 7.0),
    ],
)
def test_a_percentile_is_the_nearest_rank(
    values: tuple[float, ...], share: float, found: float
) -> None:
    assert percentile(values, share) == found


def test_rounds_are_counted_together() -> None:
    first, *others = merged(FOUND)
    assert (first.case, first.caller) == ("at 0%", "member")
    assert (first.seconds, first.threats) == ((0.010, 0.030, 0.040), 3_000)
    assert first.cpu == pytest.approx(0.012)
    assert [one.group for one in others] == [LOOK_UPS, PAGES]


def test_the_worst_is_that_of_its_group() -> None:
    found = worst(merged(FOUND), PAGES)
    assert found is not None
    assert (found.caller, found.at(0.95)) == ("member", 40.0)
    assert worst(FOUND, "none of them") is None


def test_the_table_tells_each_caller_apart() -> None:
    console = Console(record=True, width=160)
    console.print(table(merged(FOUND)))
    text = console.export_text()
    assert [text.count(word) for word in ("member", "analyst", "1,000.0")] == [2, 1, 2]
    assert "40.0" in text

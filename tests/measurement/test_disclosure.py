"""Nobody can be found in a table: what is small is left out, and cannot be worked out."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.measurement.disclosure import LEAST, ORGANISATIONS, STEP, Cell, disclosed, rounded

counts = st.one_of(st.just(0), st.integers(1, 12), st.integers(10, 500))


@st.composite
def tables(draw: st.DrawFn) -> list[list[Cell]]:
    width = draw(st.integers(1, 5))
    cell = st.builds(Cell, counts, st.integers(1, 6))
    return draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=6))


def many(*counts: int) -> list[Cell]:
    return [Cell(count, 9) for count in counts]


def test_large_figures_are_rounded_and_nought_stays() -> None:
    table = disclosed([many(0, 12, 43), many(0, 100, 998)])
    assert table.rows == [[0, 10, 45, 55], [0, 100, 1000, 1100]]
    assert table.totals == [0, 110, 1040, 1155]


def test_a_small_figure_takes_another_of_its_row_and_column_with_it() -> None:
    table = disclosed([many(3, 40, 50), many(60, 70, 80), many(90, 100, 110)])
    assert table.rows == [
        [None, None, 50, 95],
        [None, None, 80, 210],
        [90, 100, 110, 300],
    ]
    assert table.totals == [155, 210, 240, 605]


def test_what_few_organisations_are_behind_is_left_out_however_much_it_is() -> None:
    table = disclosed([[Cell(500, ORGANISATIONS - 1)], [Cell(700, ORGANISATIONS)]])
    assert table.rows == [[None, None], [None, None]]
    assert table.totals == [1200, 1200]


def test_an_only_figure_takes_the_total_with_it() -> None:
    table = disclosed([many(4)])
    assert (table.rows, table.totals) == ([[None, None]], [None, None])


def test_nothing_is_no_table() -> None:
    assert disclosed([]).rows == []


@given(tables())
def test_no_line_tells_what_it_leaves_out(cells: list[list[Cell]]) -> None:
    table = disclosed(cells)
    exact = [[*(c.count for c in row), sum(c.count for c in row)] for row in cells]
    exact.append([sum(column) for column in zip(*exact, strict=True)])
    shown = [*table.rows, table.totals]
    lines = [*zip(exact, shown, strict=True)]
    lines += [
        (list(real), list(seen))
        for real, seen in zip(zip(*exact, strict=True), zip(*shown, strict=True), strict=True)
    ]
    for real, seen in lines:
        out = [count for count, one in zip(real, seen, strict=True) if one is None]
        assert len(out) != 1
        if out and seen[-1] is not None:
            assert sum(out) >= LEAST
        for count, one in zip(real, seen, strict=True):
            assert one is None or one == rounded(count)
            assert one is None or count == 0 or count >= LEAST


@given(st.integers(0, 10**9))
def test_rounding_is_to_the_nearest_step(count: int) -> None:
    assert rounded(count) % STEP == 0
    assert abs(rounded(count) - count) <= STEP // 2

"""Tables in which nobody can be found: small figures are left out, and so is what gives them away.

A cell is left out where it counts fewer than `LEAST` or fewer than `ORGANISATIONS` stand behind
it; nought is shown, for nothing is nobody's.  In no row and no column, its total included, is a
single cell left out, because the others would tell it; nor do those left out beside a shown total
add up to fewer than `LEAST`.  What is shown is rounded to the next multiple of `STEP`.

The totals are of the exact figures, so rounded ones need not add up to them.  Cells are protected
within their own table only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST = 10
ORGANISATIONS = 3
STEP = 5
HIDDEN = None

Line = list[tuple[int, int]]  # places of a row or a column; its total's is the last


@dataclass(frozen=True, slots=True)
class Cell:
    """`organisations`: how many are behind the count."""

    count: int = 0
    organisations: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`: for each row its cells and its total; `totals`: of each column, and of all."""

    rows: list[list[int | None]]
    totals: list[int | None]


def disclosed(cells: Sequence[Sequence[Cell]]) -> Table:
    """Rounded figures with totals; None stands for what is left out.  All rows are equally long."""
    if not cells:
        return Table([], [])
    whole = _with_totals(cells)
    hidden = {
        (row, column)
        for row, line in enumerate(whole)
        for column, cell in enumerate(line)
        if _is_small(cell)
    }
    lines = list(_lines(len(whole), len(whole[0])))
    while sum(_protect(line, whole, hidden) for line in lines):
        pass
    shown = [
        [HIDDEN if (row, column) in hidden else rounded(cell.count)]
        for row, line in enumerate(whole)
        for column, cell in enumerate(line)
    ]
    width = len(whole[0])
    flat = [one for (one,) in shown]
    rows = [flat[start : start + width] for start in range(0, len(flat), width)]
    return Table(rows[:-1], rows[-1])


def rounded(count: int) -> int:
    """To the nearest multiple of `STEP`; halves cannot be."""
    return (count + STEP // 2) // STEP * STEP


def _is_small(cell: Cell) -> bool:
    return 0 < cell.count < LEAST or (cell.count > 0 and cell.organisations < ORGANISATIONS)


def _with_totals(cells: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    rows = [[*row, _sum(row)] for row in cells]
    return [*rows, [_sum(column) for column in zip(*rows, strict=True)]]


def _sum(cells: Sequence[Cell]) -> Cell:
    """Behind a sum there are at least as many organisations as behind any part of it."""
    return Cell(
        sum(cell.count for cell in cells), max((cell.organisations for cell in cells), default=0)
    )


def _lines(height: int, width: int) -> Iterator[Line]:
    for row in range(height):
        yield [(row, column) for column in range(width)]
    for column in range(width):
        yield [(row, column) for row in range(height)]


def _protect(line: Line, whole: list[list[Cell]], hidden: set[tuple[int, int]]) -> bool:
    """Leave out one more of the line if what is left out could be worked out; whether it did."""
    out = [place for place in line if place in hidden]
    if not out or (len(out) > 1 and (line[-1] in hidden or _count(out, whole) >= LEAST)):
        return False
    shown = [place for place in line if place not in hidden]
    if not shown:
        return False
    *parts, _ = line
    cells = [place for place in shown if place in parts]
    useful = [place for place in cells if _count([place], whole)] or shown[-1:]
    hidden.add(min(useful, key=lambda place: _count([place], whole)))
    return True


def _count(places: Sequence[tuple[int, int]], whole: list[list[Cell]]) -> int:
    return sum(whole[row][column].count for row, column in places)

"""The rows of a CSV however it was saved: any separator, any order of columns, broken quotes."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tocsin.alerts.replies.refusals import UnreadableError, Why, quoted

MOST_LINES = 500_000
MOST_ROWS = 250_000
MOST_BROKEN = 200  # rows whose quotes do not match: each costs a look ahead
_SEPARATORS = (",", ";", "\t", "|")
_NEXT_ROW = re.compile(r"\W{0,3}[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_AROUND = " \t'\"\ufeff\u00a0"
NAMES = {
    "id": ("threat_id", "threatid", "id", "report"),
    "status": ("status", "statement"),
    "comment": ("comment", "kommentar"),
    "since": ("since", "seit"),
}


class Row(NamedTuple):
    """`line` of the file on which it began; `broken`: its quotes do not match."""

    line: int
    id: str = ""
    status: str = ""
    comment: str = ""
    since: str = ""
    broken: bool = False


def rows(text: str) -> Iterator[Row]:
    """Raises `UnreadableError` for what is not a table of ours."""
    lines = _lines(text)
    separator, start = _head(lines)
    places: dict[str, int] | None = None
    count = 0
    for line, cells in _records(lines, start, separator):
        if places is None:
            places = _places(cells or [])
            continue
        if (count := count + 1) > MOST_ROWS:
            raise UnreadableError(Why.TOO_MANY, f"more than {MOST_ROWS:,} rows")
        yield _row(line, cells, places)


def _lines(text: str) -> list[str]:
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES:
        raise UnreadableError(Why.TOO_MANY, f"more than {MOST_LINES:,} lines")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise UnreadableError(Why.TOO_MANY, f"more than {MOST_LINES:,} lines")
    return lines


def _head(lines: Sequence[str]) -> tuple[str, int]:
    """(separator, index of the line with the names of the columns)."""
    at = next((n for n, line in enumerate(lines[:100]) if line.strip(_AROUND + ",;")), 0)
    if lines[at].strip(_AROUND).lower().startswith("sep="):
        at += 1
    if at >= len(lines):
        raise UnreadableError(Why.NO_COLUMNS)
    for separator in _SEPARATORS:
        names = _names(_split(lines[at], separator))
        if _first_of("id", names) >= 0 and _first_of("status", names) >= 0:
            return separator, at
    raise UnreadableError(Why.NO_COLUMNS, quoted(lines[at]))


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


def _names(cells: Sequence[str]) -> list[str]:
    return [cell.strip(_AROUND).lower().replace(" ", "_").replace("-", "_") for cell in cells]


def _first_of(what: str, names: Sequence[str]) -> int:
    return next((names.index(name) for name in NAMES[what] if name in names), -1)


def _places(cells: Sequence[str]) -> dict[str, int]:
    names = _names(cells)
    places = {what: _first_of(what, names) for what in NAMES}
    if places["id"] < 0 or places["status"] < 0:
        raise UnreadableError(Why.NO_COLUMNS, quoted(", ".join(cells)))
    twice = [names[place] for place in places.values() if place >= 0]
    for name in twice:
        if names.count(name) > 1:
            raise UnreadableError(Why.NO_COLUMNS, f"the column {name} is there twice")
    return {what: place for what, place in places.items() if place >= 0}


def _row(line: int, cells: Sequence[str] | None, places: dict[str, int]) -> Row:
    if cells is None:
        return Row(line, broken=True)
    found = {what: cells[at].strip() for what, at in places.items() if at < len(cells)}
    id_, status, comment, since = (found.get(what, "") for what in NAMES)
    return Row(line, id_, status, comment, since)


def _records(
    lines: Sequence[str], start: int, separator: str
) -> Iterator[tuple[int, list[str] | None]]:
    """(line, cells); no cells where the quotes do not match: then the next line is a new row, so
    that one lost quote does not swallow the rest of the file."""
    broken = 0
    while start < len(lines):
        following = (lines[at] + "\n" for at in range(start, len(lines)))
        reader = csv.reader(following, delimiter=separator, strict=True)
        begun, base = start, start
        try:
            for cells in reader:
                ended = base + reader.line_num
                _must_not_swallow(lines, begun, ended)
                if cells:
                    yield begun + 1, cells
                begun = ended
            return
        except csv.Error:
            broken += 1
            if broken > MOST_BROKEN:
                raise UnreadableError(Why.BROKEN, f"from line {begun + 1}") from None
            yield begun + 1, None
            start = begun + 1


def _must_not_swallow(lines: Sequence[str], begun: int, ended: int) -> None:
    """Two lost quotes look like one cell of many lines, with rows inside.  Raises `csv.Error`."""
    if any(_NEXT_ROW.match(lines[at]) for at in range(begun + 1, min(ended, len(lines)))):
        raise csv.Error("a row within a cell")

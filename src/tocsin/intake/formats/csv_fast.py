"""The fast path: a piece of a file through Arrow's reader, with the exact line of every row."""

import csv
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from tocsin.intake.formats.csv_layout import Layout
from tocsin.intake.formats.rows import Lines, table_of

PARSE_BYTES = 1 << 20
CACHED_BYTES = 1 << 18
NEWLINE, RETURN = 10, 13
LAST_ASCII = 127


class NotUtf8Error(Exception):
    """The piece has bytes that are not UTF-8."""


class UnfitError(Exception):
    """Arrow and the quotes disagree about where rows end: the careful path decides."""


@dataclass
class Parsed:
    """What Arrow made of a piece: `table` without the odd rows, which do not fit the header.

    `odd` holds (number of the row, text); `lines` the line of every row, odd ones included.
    The rows took `bytes` bytes, which are `taken` lines.
    """

    table: pa.Table
    odd: list[tuple[int, str]]
    lines: Lines
    bytes: int
    taken: int


def parse(piece: Any, first: int, layout: Layout) -> Parsed:
    """Read a piece that ends with a line, `first` being the number of its first line.

    Raises `NotUtf8Error`, `UnfitError`.
    """
    view = np.frombuffer(piece, np.uint8)
    if view.max(initial=0) > LAST_ASCII:
        try:
            # Arrow would say the same, but for an odd row only by a traceback on standard error.
            str(piece, "utf-8")
        except UnicodeDecodeError as error:
            raise NotUtf8Error from error
    table, odd = _arrow(piece, layout)
    newlines = _newlines(view)
    rows = table.num_rows + len(odd)
    if rows == newlines and not _lone_returns(piece) and not _ends_open(piece, layout):
        lines = np.arange(first, first + rows, dtype=np.int64)
        return Parsed(table, odd, lines, len(piece), newlines)
    breaks, ends = _row_ends(view, layout)
    if not len(ends):
        raise UnfitError
    size = int(ends[-1]) + 1
    if size < len(piece):
        table, odd = _arrow(memoryview(piece)[:size], layout)
    if table.num_rows + len(odd) != len(ends):
        raise UnfitError
    starts = np.concatenate([[0], ends[:-1] + 1])
    lines = first + np.searchsorted(breaks, starts).astype(np.int64)
    return Parsed(table, odd, lines, size, int(np.searchsorted(breaks, size)))


def widths(layout: Layout, first_row: str) -> Layout:
    """The layout to parse a piece with: as wide as its first row, where the header is not.

    So a file whose rows are all a field short, or a comma too long, stays on the fast path.
    """
    try:
        fields = layout.fields(first_row)
    except csv.Error:
        return layout
    width = len(fields)
    if any(fields[layout.width :]):
        return layout
    if width == layout.width or not layout.width // 2 < width <= layout.width + 8 or width < 2:
        return layout
    extra = tuple(f"\0{n}" for n in range(width - layout.width))
    return replace(layout, names=(*layout.names, *extra)[:width])


def _arrow(piece: Any, layout: Layout) -> tuple[pa.Table, list[tuple[int, str]]]:
    odd: list[tuple[int, str]] = []

    def keep(row: Any) -> str:
        odd.append((row.number - 1, row.text))
        return "skip"

    names = list(layout.names)
    if not len(piece):
        return table_of(names, []), odd
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(piece)),
            read_options=arrow_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=min(PARSE_BYTES, len(piece) + 1)
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char=layout.quote or False,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                check_utf8=False,  # the whole piece is
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        raise UnfitError from error
    return table, odd


def _newlines(view: npt.NDArray[np.uint8]) -> int:
    """Counted in slices that stay in the processor's cache, which halves the time."""
    slices = range(0, len(view), CACHED_BYTES)
    return sum(int(np.count_nonzero(view[at : at + CACHED_BYTES] == NEWLINE)) for at in slices)


def _lone_returns(piece: Any) -> bool:
    """Whether carriage returns end lines by themselves somewhere."""
    if _find(piece, b"\r") < 0:
        return False
    view = np.frombuffer(piece, np.uint8)
    returns = np.flatnonzero(view == RETURN)
    return bool((view[np.minimum(returns + 1, len(view) - 1)] != NEWLINE).any())


def _ends_open(piece: Any, layout: Layout) -> bool:
    """Whether the last line ends inside a quoted field."""
    data: Any = piece.obj if isinstance(piece, memoryview) else piece
    start = data.rfind(b"\n", 0, len(piece) - 1) + 1
    return layout.is_open(bytes(piece[start:]).decode("utf-8", "replace"))


def _find(piece: Any, what: bytes) -> int:
    """`find` over a view of a buffer's beginning, without copying it."""
    data: Any = piece.obj if isinstance(piece, memoryview) else piece
    return int(data.find(what, 0, len(piece)))


def _row_ends(
    view: npt.NDArray[np.uint8], layout: Layout
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions of all line ends, and of those outside quotes, where rows end."""
    is_break = view == NEWLINE
    following = np.append(view[1:], 0)
    is_break |= (view == RETURN) & (following != NEWLINE)
    breaks = np.flatnonzero(is_break)
    if not layout.quote:
        return breaks, breaks
    quotes = np.flatnonzero(view == ord(layout.quote))
    if not _are_structural(view, quotes, layout):
        raise UnfitError
    return breaks, breaks[np.searchsorted(quotes, breaks) % 2 == 0]


def _are_structural(
    view: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], layout: Layout
) -> bool:
    """Whether every quote that opens stands where a field begins, or doubles one that closed.

    Only then does counting quotes tell what is inside them.
    """
    opening = quotes[::2]
    before = view[np.maximum(opening - 1, 0)]
    at_start = (opening == 0) | np.isin(before, (NEWLINE, RETURN, ord(layout.delimiter)))
    doubled = np.diff(quotes, prepend=-2)[::2] == 1
    return bool((at_start | doubled).all())

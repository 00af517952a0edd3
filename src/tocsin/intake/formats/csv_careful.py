"""The careful path: a piece of a file through the standard library, where Arrow cannot be right."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tocsin.intake.batches import Refused
from tocsin.intake.formats.csv_layout import Layout
from tocsin.intake.formats.csv_mend import Mender
from tocsin.intake.formats.rows import Chunk, Notes, table_of

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
MAX_SPAN = 2000
NOT_UTF8 = "lines that are not UTF-8, read as Latin-1"
NULS = "lines with NUL bytes, which were left out"


@dataclass
class Outcome:
    """The rows read, and how much of the piece they used."""

    chunk: Chunk
    bytes: int
    lines: int


def read(
    piece: bytes, first: int, at_end: bool, layout: Layout, notes: Notes, is_cut: bool = False
) -> Outcome:
    """Read the rows of a piece whose first line has the number `first`.

    Before the end of the file a row that may not be complete is left for the next piece.  Where
    the file `is_cut`, a last row without a line end is refused: any of it may be half a value.
    """
    raw = LINE.findall(piece)
    texts = [decode(line)[0] for line in raw]
    mender = Mender(layout, notes)
    cells, at, refused = [], [], []
    used = 0
    while used < len(texts):
        span = _span(texts, used, layout)
        is_last = used + span >= len(texts)
        may_go_on = span > 1 or not raw[-1].endswith(b"\n") or layout.is_open(texts[-1])
        if is_last and not at_end and span < MAX_SPAN and may_go_on:
            break
        complete = not (is_last and at_end and not raw[-1].endswith((b"\n", b"\r")))
        span = span if span < MAX_SPAN else 1
        if is_cut and not complete:
            shown = layout.text("".join(texts[used : used + span]))
            refused.append(Refused(first + used, "cut-off", "the row ends too early", shown))
            used += span
            break
        for line, row in mender.mend("".join(texts[used : used + span]), first + used, complete):
            if isinstance(row, Refused):
                refused.append(row)
            else:
                cells.append(row)
                at.append(line)
        used += span
    count_repairs(raw[:used], first, notes)
    chunk = Chunk(table_of(layout.names, cells), np.array(at, dtype=np.int64), refused)
    return Outcome(chunk, sum(map(len, raw[:used])), used)


def repaired(piece: bytes) -> bytes:
    """The piece without NUL bytes, each line that is not UTF-8 taken for Latin-1."""
    return b"".join(decode(line)[0].encode("utf-8") for line in LINE.findall(piece))


def decode(line: bytes) -> tuple[str, str]:
    """A line as text, and what had to be done to it (empty: nothing)."""
    done = ""
    if b"\0" in line:
        line, done = line.replace(b"\0", b""), NULS
    try:
        return line.decode("utf-8"), done
    except UnicodeDecodeError:
        return line.decode("latin-1"), NOT_UTF8


def count_repairs(raw: list[bytes], first: int, notes: Notes) -> None:
    """Note the lines that had to be repaired."""
    for number, line in enumerate(raw):
        done = decode(line)[1]
        if done:
            notes.count(done, first + number)


def _span(texts: list[str], start: int, layout: Layout) -> int:
    """How many lines the row that begins at `start` takes."""
    if not layout.quote or layout.quote not in texts[start]:
        return 1
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for text in texts[start : start + MAX_SPAN]:
            taken += 1
            yield text

    try:
        next(layout.reader(lines()), None)
    except csv.Error:
        return max(taken, 1)
    return max(taken, 1)

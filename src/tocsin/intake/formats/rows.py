"""What the format readers share: names of columns, tables of text, notes, and splitting by kind."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.intake.batches import Refused

Lines = npt.NDArray[np.int64]
Cells = Sequence[str | None]

MAX_VALUE = 64 * 1024
MAX_TEXT = 2000
MAX_CHUNK = 96 * 1024 * 1024


@dataclass
class Chunk:
    """Some rows of a report, in the order of the file; the same shape as `Batch` without a kind."""

    table: pa.Table
    lines: Lines
    refused: list[Refused] = field(default_factory=list)


@dataclass
class Notes:
    """What is said once per file, with how often it happened and where first."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    plain: list[str] = field(default_factory=list)

    def count(self, what: str, line: int, times: int = 1) -> None:
        if times:
            self.counts[what] += times
            self.first[what] = min(line, self.first.get(what, line))

    def say(self, note: str) -> None:
        if note not in self.plain:
            self.plain.append(note)

    def all(self) -> list[str]:
        """Every note, as text for people."""
        counted = [
            f"{what}: {times} (first at line {self.first[what]})"
            for what, times in self.counts.items()
        ]
        return [*self.plain, *counted]


def column_names(raw: Iterable[str]) -> tuple[str, ...]:
    """Names as in the header, lower case, without outer blanks, each once, none empty."""
    names: list[str] = []
    taken: set[str] = set()
    for number, one in enumerate(raw, 1):
        name = re.sub(r"\s+", " ", one.replace("\ufeff", "").replace("\0", "")).strip(" '\"")
        name = name.lower() or f"column_{number}"
        unique, copy = name, 2
        while unique in taken:
            unique, copy = f"{name}_{copy}", copy + 1
        taken.add(unique)
        names.append(unique)
    return tuple(names)


def text_of(value: Any) -> str | None:
    """One value of a record as text; nothing, and what means nothing, as None."""
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, str):
        return (
            value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:MAX_VALUE] or None
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:MAX_VALUE]


def table_of(names: Sequence[str], rows: Sequence[Cells]) -> pa.Table:
    """A table of text columns from rows of cells."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    arrays = [pa.array(list(column), pa.string()) for column in columns]
    return pa.Table.from_arrays(arrays, names=list(names))


def chunk_of(records: Sequence[dict[str, str | None]], lines: Sequence[int]) -> Chunk:
    """Records with any columns as one chunk; columns in the order in which they first appear."""
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [[record.get(name) for name in names] for record in records]
    return Chunk(table_of(names, rows), np.array(lines, dtype=np.int64))


def chunked(
    records: Iterable[tuple[int, dict[str, str | None] | Refused]], chunk_rows: int
) -> Iterator[Chunk]:
    """Numbered records and refusals gathered into chunks of at most `chunk_rows` rows."""
    rows: list[dict[str, str | None]] = []
    lines: list[int] = []
    refused: list[Refused] = []
    for line, record in records:
        if isinstance(record, Refused):
            refused.append(record)
        else:
            rows.append(record)
            lines.append(line)
        if len(rows) >= chunk_rows or len(refused) >= chunk_rows:
            yield Chunk(*_table_and_lines(rows, lines), refused)
            rows, lines, refused = [], [], []
    if rows or refused:
        yield Chunk(*_table_and_lines(rows, lines), refused)


def gathered(chunks: Iterable[Chunk], chunk_rows: int) -> Iterator[Chunk]:
    """Chunks of the same columns put together, to about `chunk_rows` rows or `MAX_CHUNK` bytes."""
    waiting: list[Chunk] = []
    rows = size = 0
    for chunk in chunks:
        waiting.append(chunk)
        rows, size = rows + len(chunk.lines), size + chunk.table.nbytes
        if rows >= chunk_rows or size >= MAX_CHUNK:
            yield _together(waiting)
            waiting, rows, size = [], 0, 0
    if waiting:
        yield _together(waiting)


def _together(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    table = pa.concat_tables([chunk.table for chunk in chunks])
    lines = np.concatenate([chunk.lines for chunk in chunks])
    return Chunk(table, lines, [one for chunk in chunks for one in chunk.refused])


def _table_and_lines(rows: list[dict[str, str | None]], lines: list[int]) -> tuple[pa.Table, Lines]:
    chunk = chunk_of(rows, lines)
    return chunk.table, chunk.lines


def split(
    chunk: Chunk, kind_of: Callable[[pa.Table], Sequence[str] | str]
) -> Iterator[tuple[str, Chunk]]:
    """The chunk's rows by kind; `kind_of` gives one kind for all rows, or one for each."""
    kinds = kind_of(chunk.table)
    if isinstance(kinds, str):
        yield kinds, chunk
        return
    names = list(dict.fromkeys(kinds))
    if len(names) < 2:
        yield (names[0] if names else ""), chunk
        return
    array = np.array(kinds, dtype=object)
    refused = chunk.refused
    for name in names:
        rows = np.flatnonzero(array == name)
        table = chunk.table.take(pa.array(rows))
        yield name, Chunk(_without_empty(table), chunk.lines[rows], refused)
        refused = []


def _without_empty(table: pa.Table) -> pa.Table:
    """Drops the columns that only other kinds' rows fill."""
    filled = [n for n, column in enumerate(table.columns) if column.null_count < len(column)]
    return table.select(filled) if filled else table


def all_null(table: pa.Table) -> npt.NDArray[np.bool_]:
    """For each row, whether every column is null; looks no further than it must."""
    empty: Any = None
    for column in table.columns:
        if column.null_count == 0:
            return np.zeros(table.num_rows, dtype=np.bool_)
        null = pc.is_null(column)
        empty = null if empty is None else pc.and_(empty, null)
    if empty is None:
        return np.zeros(table.num_rows, dtype=np.bool_)
    return np.asarray(empty.to_numpy(zero_copy_only=False), dtype=np.bool_)

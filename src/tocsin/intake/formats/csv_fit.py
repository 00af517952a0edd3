"""Brings what Arrow parsed to the header's width and takes out what is no row."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.intake.batches import Refused
from tocsin.intake.formats.csv_fast import Parsed
from tocsin.intake.formats.csv_layout import Layout
from tocsin.intake.formats.csv_mend import EMPTY, LONG, SHORT, Mender
from tocsin.intake.formats.rows import Chunk, Lines, Notes, all_null, table_of


def fit(
    parsed: Parsed, piece: Any, first: int, layout: Layout, notes: Notes, mender: Mender
) -> Chunk:
    """The parsed rows in the header's width: blank lines and comments gone, odd rows mended."""
    numbers = np.array([number for number, _ in parsed.odd], dtype=np.int64)
    lines = np.delete(parsed.lines, numbers) if len(numbers) else parsed.lines
    chunk = _without_empty(Chunk(parsed.table, lines), piece, first, layout)
    parsed_width = parsed.table.num_columns
    if layout.comment and chunk.table.num_rows:
        chunk = _without_comments(chunk, layout.comment)
    if parsed_width > layout.width:
        chunk = _narrow(chunk, layout)
    elif parsed_width < layout.width:
        chunk = _widen(chunk, layout)
    if parsed_width != layout.width and chunk.table.num_rows:
        what = SHORT if parsed_width < layout.width else LONG
        notes.count(what, int(chunk.lines[0]), chunk.table.num_rows)
    return _with_odd(chunk, parsed.odd, parsed.lines, mender) if parsed.odd else chunk


def _keep(chunk: Chunk, kept: Any, refused: list[Refused]) -> Chunk:
    return Chunk(chunk.table.filter(pa.array(kept)), chunk.lines[kept], [*chunk.refused, *refused])


def _without_empty(chunk: Chunk, piece: Any, first: int, layout: Layout) -> Chunk:
    """Drops blank lines; a row of nothing but separators is refused."""
    empty = all_null(chunk.table)
    if not empty.any():
        return chunk
    texts = bytes(piece).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    refused = []
    for line in chunk.lines[empty]:
        text = texts[int(line) - first].decode("utf-8", "replace")
        if text.strip():
            refused.append(Refused(int(line), EMPTY, "", layout.text(text)))
    return _keep(chunk, ~empty, refused)


def _without_comments(chunk: Chunk, comment: str) -> Chunk:
    said = pc.fill_null(pc.starts_with(chunk.table.column(0), comment), False)
    if not pc.any(said).as_py():
        return chunk
    return _keep(chunk, ~np.asarray(said.to_numpy(zero_copy_only=False), dtype=np.bool_), [])


def _narrow(chunk: Chunk, layout: Layout) -> Chunk:
    """Cuts what stands beyond the header; rows where that is not empty are refused."""
    width = layout.width
    fits = all_null(chunk.table.select(range(width, chunk.table.num_columns)))
    refused = []
    for row in np.flatnonzero(~fits):
        fields = [value or "" for value in chunk.table.slice(row, 1).to_pylist()[0].values()]
        detail = f"{len(fields)} fields where the header has {width}"
        text = layout.text(layout.delimiter.join(fields))
        refused.append(Refused(int(chunk.lines[row]), "too-many-fields", detail, text))
    narrow = Chunk(chunk.table.select(range(width)), chunk.lines, chunk.refused)
    return _keep(narrow, fits, refused) if refused else narrow


def _widen(chunk: Chunk, layout: Layout) -> Chunk:
    table = chunk.table
    for name in layout.names[table.num_columns :]:
        table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return Chunk(table, chunk.lines, chunk.refused)


def _with_odd(chunk: Chunk, odd: list[tuple[int, str]], lines: Lines, mender: Mender) -> Chunk:
    """Puts mended rows back where they stood."""
    cells, at, refused = [], [], list(chunk.refused)
    for number, text in odd:
        for line, row in mender.mend(text, int(lines[number])):
            if isinstance(row, Refused):
                refused.append(row)
            else:
                cells.append(row)
                at.append(line)
    refused.sort(key=lambda one: one.line)
    if not cells:
        return Chunk(chunk.table, chunk.lines, refused)
    table = pa.concat_tables([chunk.table, table_of(chunk.table.column_names, cells)])
    where = np.concatenate([chunk.lines, np.array(at, dtype=np.int64)])
    order = np.argsort(where, kind="stable")
    return Chunk(table.take(pa.array(order)), where[order], refused)

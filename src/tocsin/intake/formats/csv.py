"""Reads delimited files (RFC 4180, and what is sent as such) in chunks, with flat memory.

Each piece goes through Arrow; only where that cannot be right, the careful path reads it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np

from tocsin.intake.batches import Refused
from tocsin.intake.containers.limits import MIB
from tocsin.intake.containers.members import HEAD_BYTES
from tocsin.intake.formats import cells, csv_careful, csv_fast, csv_fit
from tocsin.intake.formats.csv_blocks import MAX_ROW, Blocks
from tocsin.intake.formats.csv_layout import Layout, find_start
from tocsin.intake.formats.csv_mend import Mender
from tocsin.intake.formats.rows import Chunk, Notes, gathered, table_of

# A piece and what becomes of it stay near the processor: larger ones cost a fifth more.
MIN_BLOCK, MAX_BLOCK = MIB, 4 * MIB
CAREFUL_BYTES = 2 * MIB
CAUTIOUS_PIECES = 16


class CsvRows:
    """The rows of one stream.  `names` is known at once; `notes` is complete after `chunks`.

    `is_named` is false where nothing in the first line is known, so that it may be no header.
    """

    def __init__(
        self,
        stream: BinaryIO,
        layout: Layout | None = None,
        fixed: tuple[str, ...] = (),
        known: frozenset[str] = frozenset(),
        chunk_rows: int = 200_000,
    ) -> None:
        self.notes = Notes()
        self._blocks = Blocks(stream, MIN_BLOCK)
        self._blocks.fill()
        head = self._blocks.peek(HEAD_BYTES)
        start = find_start(head, layout or Layout(delimiter=""), fixed, known)
        self.is_named = start.named
        self._layout = start.layout
        self._blocks.take(start.bytes, start.lines)
        if not self._blocks.at_end:
            self._blocks.grow(self._block_bytes(chunk_rows))
        self._cautious = 0
        self._chunk_rows = chunk_rows

    @property
    def names(self) -> tuple[str, ...]:
        return self._layout.names

    def need(self, names: frozenset[str]) -> None:
        """Say which columns a row is of no use without."""
        self._layout = replace(self._layout, needed=names)

    def chunks(self) -> Iterator[Chunk]:
        """The rows; after the last of them, what is wrong with the stream as a whole."""
        return gathered(self._pieces(), self._chunk_rows)

    def _pieces(self) -> Iterator[Chunk]:
        mender = Mender(self._layout, self.notes)
        while self._blocks.fill():
            chunk = self._next(mender)
            if chunk.table.num_rows or chunk.refused:
                yield chunk
        if self._blocks.damage:
            yield self._only(replace(self._blocks.damage, line=self._blocks.line))

    def _block_bytes(self, chunk_rows: int) -> int:
        head = self._blocks.peek(MIN_BLOCK)
        a_row = len(head) / (head.count(b"\n") + 1)
        return int(min(max(a_row * chunk_rows, MIN_BLOCK), MAX_BLOCK))

    def _only(self, refused: Refused) -> Chunk:
        return Chunk(table_of(self.names, []), np.zeros(0, np.int64), [refused])

    def _next(self, mender: Mender) -> Chunk:
        """Read the rows of one piece and take it off."""
        end = self._blocks.end(CAREFUL_BYTES if self._cautious else MAX_BLOCK)
        self._cautious = max(self._cautious - 1, 0)
        if end and self.names and not self._layout.spaced:
            try:
                return self._fast(end, mender)
            except csv_fast.UnfitError:
                self._cautious = CAUTIOUS_PIECES
        return self._careful()

    def _fast(self, end: int, mender: Mender) -> Chunk:
        blocks, layout = self._blocks, self._layout
        first_row = blocks.buffer[: blocks.buffer.find(b"\n", 0, end)].decode("utf-8", "replace")
        wide = csv_fast.widths(layout, first_row)
        slashes, wraps = cells.suspects(blocks.buffer, end)
        with memoryview(blocks.buffer) as whole, whole[:end] as view:
            piece: Any = view
            if blocks.buffer.find(b"\0", 0, end) >= 0:
                piece = csv_careful.repaired(bytes(view))
            try:
                parsed = csv_fast.parse(piece, blocks.line, wide)
            except csv_fast.NotUtf8Error:
                piece = csv_careful.repaired(bytes(view))
                parsed = csv_fast.parse(piece, blocks.line, wide)
            if piece is not view:
                if parsed.bytes < len(piece):
                    raise csv_fast.UnfitError
                parsed.bytes = end
                raw = csv_careful.LINE.findall(bytes(view))
                csv_careful.count_repairs(raw, blocks.line, self.notes)
            chunk = csv_fit.fit(parsed, piece, blocks.line, layout, self.notes, mender)
        blocks.take(parsed.bytes, parsed.taken)
        return Chunk(cells.clean(chunk.table, slashes, wraps), chunk.lines, chunk.refused)

    def _careful(self) -> Chunk:
        blocks, size = self._blocks, CAREFUL_BYTES
        while True:
            piece = blocks.peek(size)
            at_end = blocks.at_end and len(piece) == blocks.filled
            outcome = csv_careful.read(
                piece, blocks.line, at_end, self._layout, self.notes, bool(blocks.damage)
            )
            if outcome.lines:
                break
            if len(piece) < blocks.filled:
                size *= 4
            elif len(blocks.buffer) < MAX_ROW:
                blocks.grow(2 * len(blocks.buffer))
                blocks.fill()
            else:
                refused = Refused(blocks.line, "row-too-long", f"more than {MAX_ROW} bytes")
                blocks.skip_line()
                return self._only(refused)
        blocks.take(outcome.bytes, outcome.lines)
        chunk = outcome.chunk
        return Chunk(cells.clean(chunk.table, True, True), chunk.lines, chunk.refused)

"""Rows that do not fit their header: mended where that is safe, refused where it is not."""

import csv
from collections.abc import Iterator

from tocsin.intake.batches import Refused
from tocsin.intake.formats.csv_layout import LINE, Layout
from tocsin.intake.formats.rows import Cells, Notes

SHORT = "rows with fewer fields than the header, filled up"
LONG = "rows with empty fields beyond the header, cut"
EMPTY = "empty-row"
ESCAPED = "rows with quotes escaped by a backslash"

Mended = tuple[int, Cells | Refused]


class Mender:
    """Mends rows of one file; `notes` collects what was done."""

    def __init__(self, layout: Layout, notes: Notes) -> None:
        self._layout = layout
        self._notes = notes

    def mend(self, text: str, line: int, complete: bool = True) -> Iterator[Mended]:
        """What the row `text`, which starts at `line`, becomes: nothing when it is blank or a
        comment, several rows when a stray quote had run them together.

        `complete` is false for a row that ends where the file was cut off.
        """
        layout = self._layout
        bare = text.strip(" \t\r\n\0\x1a")
        if not bare or (layout.comment and bare.startswith(layout.comment)):
            return
        lines = LINE.findall(text)
        if len(lines) > 1 and self._run_together(text, lines):
            for number, one in enumerate(lines):
                yield from self.mend(one, line + number, complete or number < len(lines) - 1)
            return
        yield line, self._row(text.rstrip("\r\n"), line, complete)

    def fit(self, fields: Cells, line: int) -> Cells | None:
        """The fields filled up or cut to the header's width; None when there are too many."""
        width = self._layout.width
        if len(fields) < width:
            self._notes.count(SHORT, line)
            return [*fields, *[None] * (width - len(fields))]
        if len(fields) > width:
            if any(fields[width:]):
                return None
            self._notes.count(LONG, line)
        return fields[:width]

    def _row(self, text: str, line: int, complete: bool) -> Cells | Refused:
        layout = self._layout
        try:
            fields = layout.fields(text)
            if len(fields) != layout.width and "\\" in text:
                escaped = layout.fields(text, "\\")
                if len(escaped) == layout.width:
                    self._notes.count(ESCAPED, line)
                    fields = escaped
        except csv.Error as error:
            return Refused(line, "bad-quoting", str(error), layout.text(text))
        is_cut = len(fields) < layout.width and (not complete or layout.is_open(text))
        if is_cut and not layout.enough(len(fields)):
            reason = "bad-quoting" if complete else "cut-off"
            return Refused(line, reason, "the row ends too early", layout.text(text))
        cells = [field.replace("\0", "") or None for field in fields]
        if not any(cells):
            return Refused(line, EMPTY, "", layout.text(text))
        fitting = self.fit(cells, line)
        if fitting is None:
            detail = f"{len(fields)} fields where the header has {layout.width}"
            return Refused(line, "too-many-fields", detail, layout.text(text))
        return fitting

    def _run_together(self, text: str, lines: list[str]) -> bool:
        """Whether a stray quote made one row of several: it is still open at their end, or closed
        by what opens a field of the next, and they fit better one by one."""
        layout = self._layout
        if layout.is_open(text):
            return True
        try:
            next(layout.reader(LINE.findall(text), strict=True), [])
        except csv.Error:
            return any(len(layout.fields(one)) == layout.width for one in lines[1:])
        return False

"""CSV as people and spreadsheets write it: by header name, in any case, order and delimiter."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from tocsin.constituency.readers.files import text_lines
from tocsin.errors import TocsinError
from tocsin.refused import LONGEST_TEXT, Refused

DELIMITERS = ",;\t|"
# The csv module has a limit too, but it is the process's, and other readers raise it.
LONGEST_FIELD = 100_000
_EXCELS = re.compile(r"sep=([,;\t|])?", re.IGNORECASE)
OPEN = "(is a quotation mark left open?)"


class CsvRow(NamedTuple):
    """`values`: one per known column, stripped, empty where the row or the file has none."""

    line: int
    values: dict[str, str]
    text: str

    def refused(self, reason: str, detail: str) -> Refused:
        return Refused(self.line, reason, detail, self.text)


def header_names(header: str) -> list[str]:
    """The column names of a header line as they are compared: lower case, `_` for blanks."""
    return _names(header, delimiter(header))


def _names(header: str, parts: str) -> list[str]:
    fields = next(csv.reader([header], delimiter=parts), [])
    return ["_".join(name.replace("-", " ").lower().split()) for name in fields]


def delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def read_rows(
    file: BinaryIO, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> Iterator[CsvRow | Refused]:
    """Rows of a CSV with a header; `columns` gives each column's accepted names.

    Blank rows are passed over.  Raises `TocsinError` where a needed column is not in the header.
    """
    source = _Source(text_lines(file))
    header, parts = _header(source)
    places = _places(header, parts, columns, needed)
    reader = csv.reader(source, delimiter=parts, strict=False)
    while True:
        line = source.begin_row()
        try:
            fields = next(reader, None)
        except csv.Error as error:
            yield source.refused(line, str(error))
            continue
        if fields is None:
            return
        if source.left_open() or max(map(len, fields), default=0) > LONGEST_FIELD:
            yield source.refused(line, f"a field of {max(map(len, fields))} characters")
        elif any(field.strip() for field in fields):
            yield _row(line, fields, places)


class _Source:
    """Lines for the csv module, which can be given back where it took too many for one row."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.again: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.lines)
        self.number += 1
        self.taken.append(line)
        return line

    def begin_row(self) -> int:
        """The number of the row's first line."""
        self.taken = []
        return self.number + 1

    def left_open(self) -> bool:
        """Whether the row began a quotation that nothing ends, and swallowed what follows."""
        return len(self.taken) > 1 and sum(line.count('"') for line in self.taken) % 2 == 1

    def refused(self, line: int, detail: str) -> Refused:
        """The row's first line only, where a quotation is open: the others are read again."""
        text = "".join(self.taken)[:LONGEST_TEXT].rstrip("\n")
        if self.left_open():
            text, *others = self.taken
            self.again.extendleft(reversed(others))
            self.number -= len(others)
        return Refused(line, "bad-csv", f"{detail} {OPEN}", text.rstrip("\n")[:LONGEST_TEXT])


def _header(source: _Source) -> tuple[str, str]:
    """The first line that is not blank, and the delimiter; Excel may name that in a line before."""
    header = next((line for line in source if line.strip()), "")
    if named := _EXCELS.fullmatch(header.strip()):
        header = next(source, "")
        return header, named[1] or "\t"
    return header, delimiter(header)


def _row(line: int, fields: list[str], places: Mapping[str, int]) -> CsvRow | Refused:
    text = ",".join(fields)[:LONGEST_TEXT]
    if "\0" in text:
        return Refused(line, "nul-character", "the row has a character of no meaning (NUL)", text)
    values = {
        name: fields[place].strip() if place < len(fields) else "" for name, place in places.items()
    }
    return CsvRow(line, values, text)


def _places(
    header: str, parts: str, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> dict[str, int]:
    names = _names(header, parts)
    places = {}
    for column, accepted in columns.items():
        place = next((names.index(name) for name in (column, *accepted) if name in names), None)
        if place is not None:
            places[column] = place
        elif column in needed:
            raise TocsinError(
                f"the first line names no column “{column}”: “{header.strip()[:200]}”",
                f"The first line names the columns: {', '.join(columns)}.",
            )
    for column in columns:
        places.setdefault(column, len(names) + LONGEST_TEXT)
    return places

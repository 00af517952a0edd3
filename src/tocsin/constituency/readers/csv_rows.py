"""CSV as people and spreadsheets write it: by header name, in any case, order and delimiter."""

import csv
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import BinaryIO, NamedTuple

from tocsin.constituency.readers.files import text_lines
from tocsin.errors import TocsinError
from tocsin.refused import LONGEST_TEXT, Refused

DELIMITERS = ",;\t|"
# The csv module has a limit too, but it is the process's, and other readers raise it.
LONGEST_FIELD = 100_000
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
    fields = next(csv.reader([header], delimiter=delimiter(header)), [])
    return ["_".join(name.replace("-", " ").lower().split()) for name in fields]


def delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def read_rows(
    file: BinaryIO, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> Iterator[CsvRow | Refused]:
    """Rows of a CSV with a header; `columns` gives each column's accepted names.

    Blank rows are passed over.  Raises `TocsinError` where a needed column is not in the header.
    """
    source = text_lines(file)
    numbered = ((number, line) for number, line in enumerate(source) if line.strip())
    before, header = next(numbered, (0, ""))
    places = _places(header, columns, needed)
    counted = csv.reader(chain([header], source), delimiter=delimiter(header), strict=False)
    next(counted)
    while True:
        line = before + counted.line_num + 1
        try:
            fields = next(counted, None)
        except csv.Error as error:
            yield Refused(line, "bad-csv", f"{error} {OPEN}")
            continue
        if fields is None:
            return
        if max(map(len, fields), default=0) > LONGEST_FIELD:
            yield Refused(line, "bad-csv", f"a field of {max(map(len, fields))} characters {OPEN}")
            continue
        if any(field.strip() for field in fields):
            text = ",".join(fields)[:LONGEST_TEXT]
            values = {
                name: fields[place].strip() if place < len(fields) else ""
                for name, place in places.items()
            }
            yield CsvRow(line, values, text)


def _places(
    header: str, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> dict[str, int]:
    names = header_names(header)
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

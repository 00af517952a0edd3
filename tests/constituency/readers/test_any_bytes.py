"""Readers against bytes of any kind: they refuse or take, and account for every row."""

import csv
import io
from collections.abc import Callable, Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.constituency.readers.asset_csv import read_asset_csv
from tocsin.constituency.readers.csv_rows import CsvRow, read_rows
from tocsin.constituency.readers.delegated import read_delegated
from tocsin.constituency.readers.files import text_lines
from tocsin.constituency.readers.organisation_csv import read_organisation_csv
from tocsin.constituency.readers.rpsl import read_rpsl
from tocsin.errors import TocsinError
from tocsin.refused import LONGEST_TEXT, Refused

COLUMNS = {"name": (), "note": ()}
PIECES = st.sampled_from(
    [b",", b";", b'"', b"\n", b"\r", b"\r\n", b"\0", b"|", b"\t", b":", b"#", b"%", b"+", b" ",
     b"/", b"AS1", b"192.0.2.0/24", b"2001:db8::/32", b"ipv4", b"asn", b"x|GB|", b"allocated",
     b"inetnum", b"org", b"organisation", b"name", b"Acme", b"\xff", b"\xfe", b"\xef\xbb\xbf",
     "é€🔔".encode(), b"2026-01-01", b"99999999999999999999", b"256", b"-1", b"a@b.example"],
)  # fmt: skip
SOUP = st.lists(PIECES, max_size=60).map(b"".join) | st.binary(max_size=200)
Reader = Callable[[io.BytesIO], Iterator[object]]

HEADS: dict[str, tuple[bytes, Reader]] = {
    "assets": (b"organisation,asset,valid_from,valid_to\n", read_asset_csv),
    "organisations": (b"name,kind,region,sector,email,handle\n", read_organisation_csv),
    "delegated": (b"", read_delegated),
    "rpsl": (b"", read_rpsl),
}


@pytest.mark.parametrize("form", HEADS)
def test_anything_is_taken_or_refused_with_its_line(form: str) -> None:
    head, read = HEADS[form]

    @given(SOUP)
    @settings(max_examples=250, deadline=None)
    @example(b"x|GB|asn|1|99999999|20200101|allocated|h\n")
    @example(b"x|GB|ipv4|0.0.0.0|4294967296|20200101|allocated|h\n")
    @example(b'"' * 5 + b"\n")
    @example(b"inetnum: " + b"1" * 5000)
    def check(data: bytes) -> None:
        try:
            items = list(read(io.BytesIO(head + data)))
        except TocsinError:
            return  # refused as a whole
        last = (head + data).count(b"\n") + (head + data).count(b"\r") + 1
        for item in items:
            assert 1 <= item.line <= last  # type: ignore[attr-defined]
            if isinstance(item, Refused):
                assert item.reason
                assert item.detail
                assert len(item.text) <= LONGEST_TEXT

    check()


CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(',;"\t|'), max_size=12
)


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=200, deadline=None)
def test_what_a_spreadsheet_wrote_comes_back_cell_by_cell(
    rows: list[tuple[str, str]], delimiter: str, end: str, encoding: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["name", "note"])
    writer.writerows(rows)
    found = list(read_rows(io.BytesIO(text.getvalue().encode(encoding)), COLUMNS, ("name",)))
    wanted = [(name.strip(), note.strip()) for name, note in rows if name.strip() or note.strip()]
    assert [tuple(row.values.values()) for row in found if isinstance(row, CsvRow)] == wanted
    assert not [row for row in found if isinstance(row, Refused)]


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=10), max_size=6),
       st.sampled_from(["\n", "\r\n", "\r"]))  # fmt: skip
def test_lines_are_the_same_in_every_encoding(lines: list[str], end: str) -> None:
    text = "name" + end + "".join(line + end for line in lines)
    read = {
        encoding: "".join(text_lines(io.BytesIO(text.encode(encoding))))
        for encoding in ("utf-8", "utf-8-sig", "utf-16")
    }
    assert set(read.values()) == {text.replace(end, "\n")}


@given(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=12))
def test_rows_behind_an_open_quotation_mark_are_all_there(before: int, after: list[int]) -> None:
    rows = [f"row{at},x" for at in range(before)]
    rows += ['"open,x', *(f"after{number},x" for number in after)]
    data = "\n".join(["name,note", *rows]).encode()
    found = list(read_rows(io.BytesIO(data), COLUMNS, ("name",)))
    assert len(found) == len(rows), "one item a row"
    bad = [row for row in found if isinstance(row, Refused)]
    if after:
        assert [(row.line, row.text) for row in bad] == [(before + 2, '"open,x')]
    assert [row.line for row in found] == list(range(2, len(rows) + 2))

"""CSV as spreadsheets write it."""

import io

import pytest

from tocsin.constituency.readers.csv_rows import CsvRow, read_rows
from tocsin.errors import TocsinError
from tocsin.refused import Refused

COLUMNS = {"name": ("organisation",), "email": (), "valid_from": ()}


def _rows(text: str | bytes) -> list[CsvRow | Refused]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_rows(io.BytesIO(data), COLUMNS, needed=("name",)))


def _values(text: str | bytes) -> list[dict[str, str]]:
    return [row.values for row in _rows(text) if isinstance(row, CsvRow)]


@pytest.mark.parametrize(
    "text",
    [
        "name,email\nAcme,a@example.org\n",
        "NAME , E mail,Email\nAcme,x,a@example.org\n",
        "\ufeffname;email\r\nAcme;a@example.org\r\n",
        "email\tOrganisation\na@example.org\tAcme",
        'name,email\n"Acme","a@example.org"\n',
        "\n\nname,email\n,\nAcme , a@example.org\n\n",
    ],
)
def test_header_case_order_delimiter_and_mark_do_not_matter(text: str) -> None:
    assert _values(text) == [{"name": "Acme", "email": "a@example.org", "valid_from": ""}]


def test_blanks_and_dashes_in_header_names() -> None:
    assert _values("name,Valid From\nA,1\n")[0]["valid_from"] == "1"
    assert _values("name,valid-from\nA,1\n")[0]["valid_from"] == "1"


def test_short_and_long_rows() -> None:
    assert _values("name,email\nA\nB,b,c,d\n") == [
        {"name": "A", "email": "", "valid_from": ""},
        {"name": "B", "email": "b", "valid_from": ""},
    ]


def test_lines_are_counted_from_the_top_of_the_file() -> None:
    rows = _rows('\n\nname,email\nA,1\n"B\nB",2\nC,3\n')
    assert [row.line for row in rows] == [4, 5, 7]


def test_quotation_mark_left_open_is_refused() -> None:
    rows = _rows('name,email\nA,1\n"B,' + "x" * 140_000 + "\n")
    assert [type(row) for row in rows] == [CsvRow, Refused]
    assert isinstance(rows[1], Refused)
    assert (rows[1].line, rows[1].reason) == (3, "bad-csv")


@pytest.mark.parametrize("text", ["", "email\na\n", "\n"])
def test_header_without_a_needed_column(text: str) -> None:
    with pytest.raises(TocsinError, match="no column “name”") as error:
        _rows(text)
    assert "name, email" in error.value.hint

"""Delimited files: every row arrives or is refused, on its own line, by either path."""

import csv as stdlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.intake.batches import Refused
from tocsin.intake.containers.limits import MIB
from tocsin.intake.containers.streams import DamagedError
from tocsin.intake.formats import csv as reader
from tocsin.intake.formats import csv_fast
from tocsin.intake.formats.csv import CsvRows
from tocsin.intake.formats.csv_layout import Layout

Rows = list[tuple[int, dict[str, str | None]]]


def read(raw: bytes, layout: Layout | None = None) -> tuple[Rows, list[Refused], list[str]]:
    """Rows with their lines, refusals, notes."""
    rows = CsvRows(io.BytesIO(raw), layout or Layout(delimiter=","))
    taken: Rows = []
    refused: list[Refused] = []
    for chunk in rows.chunks():
        assert len(chunk.lines) == chunk.table.num_rows
        taken += zip(chunk.lines.tolist(), chunk.table.to_pylist(), strict=True)
        refused += chunk.refused
    return taken, refused, rows.notes.all()


def cells(raw: bytes, layout: Layout | None = None) -> list[list[str | None]]:
    return [list(row.values()) for _, row in read(raw, layout)[0]]


def test_empty_cells_are_null_and_lines_are_counted_from_the_header() -> None:
    rows, refused, notes = read(b'a,b\n1,""\n,2\n')
    assert rows == [(2, {"a": "1", "b": None}), (3, {"a": None, "b": "2"})]
    assert (refused, notes) == ([], [])


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_rows(raw: bytes) -> None:
    assert read(raw) == ([], [], [])


def test_a_header_alone_is_a_whole_report() -> None:
    rows = CsvRows(io.BytesIO(b'"timestamp","ip"\r\n'))
    assert rows.names == ("timestamp", "ip")
    assert list(rows.chunks()) == []


def test_names_are_lower_case_stripped_and_unique() -> None:
    rows = CsvRows(io.BytesIO(b"\xef\xbb\xbfTimeStamp, IP ,ip,,\xc3\x9cBER\n"))
    assert rows.names == ("timestamp", "ip", "ip_2", "column_4", "über")


def test_the_separator_is_guessed_from_the_header() -> None:
    assert cells(b'"a;x"\tb\tc\n1\t2\t3\n', Layout(delimiter="")) == [["1", "2", "3"]]
    assert cells(b"a;b,c;d\n1;2;3\n", Layout(delimiter="")) == [["1", "2", "3"]]


@pytest.mark.parametrize("said", [b"sep=;\n", b"SEP=;\r\n", b'"sep=;"\n'])
def test_a_first_line_may_say_the_separator(said: bytes) -> None:
    rows, refused, _ = read(said + b"a,x;b\n1;2\n", Layout(delimiter=""))
    assert rows == [(3, {"a,x": "1", "b": "2"})]
    assert refused == []


def test_comments_before_the_header_are_no_header() -> None:
    rows, refused, _ = read(b"# made, by, hand\n#\n\na,b\n1,2\n", Layout(comment="#"))
    assert rows == [(5, {"a": "1", "b": "2"})]
    assert refused == []


def test_windows_line_ends_and_blank_lines() -> None:
    rows, refused, _ = read(b"a,b\r\n1,2\r\n\r\n3,4\r\n  \r\n")
    assert [line for line, _ in rows] == [2, 4]
    assert refused == []


def test_old_macintosh_line_ends() -> None:
    assert read(b"a,b\r1,2\r3,4")[0] == [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]


def test_newlines_inside_quotes_count_as_lines() -> None:
    rows, _, _ = read(b'a,b\n1,"x\ny\r\nz"\n3,4\n')
    assert rows == [(2, {"a": "1", "b": "x\ny\r\nz"}), (5, {"a": "3", "b": "4"})]


def test_quotes_escaped_twice_become_plain_quotes() -> None:
    assert cells(b'a,b\n1,"{\\""k\\"":\\""v\\""}"\n') == [["1", '{"k":"v"}']]


def test_quotes_escaped_by_a_backslash_are_understood_where_nothing_else_fits() -> None:
    rows, _, notes = read(b'a,b,c\n1,"say \\"x, y\\" now",3\n4,5,6\n')
    assert [list(row.values()) for _, row in rows] == [
        ["1", 'say "x, y" now', "3"],
        ["4", "5", "6"],
    ]
    assert notes == ["rows with quotes escaped by a backslash: 1 (first at line 2)"]


def test_bytes_notation_loses_its_wrapper_only() -> None:
    raw = b'banner,b\n"b\'SSH-2.0-Go\'",it\'s\nb\'\',x\n"b""it\'s""",x\nab\'c,x\n'
    assert [row[0] for row in cells(raw)] == ["SSH-2.0-Go", None, "it's", "ab'c"]


def test_short_rows_are_filled_up_and_noted_once() -> None:
    rows, refused, notes = read(b"a,b,c\n1,2,3\n4,5\n6\n")
    assert [list(row.values()) for _, row in rows] == [
        ["1", "2", "3"],
        ["4", "5", None],
        ["6", None, None],
    ]
    assert refused == []
    assert notes == ["rows with fewer fields than the header, filled up: 2 (first at line 3)"]


def test_a_whole_file_of_short_rows_stays_on_the_fast_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tocsin.intake.formats.csv_mend.Mender.mend", None)
    rows, _, notes = read(b"a,b,c,d\n" + b"1,2,3\n" * 50)
    assert rows[49] == (51, {"a": "1", "b": "2", "c": "3", "d": None})
    assert notes == ["rows with fewer fields than the header, filled up: 50 (first at line 2)"]


def test_surplus_fields_are_cut_when_empty_and_refused_when_not() -> None:
    rows, refused, notes = read(b"a,b\n1,2\n3,4,\n5,6,7\n8,9\n")
    assert [line for line, _ in rows] == [2, 3, 5]
    assert [(one.line, one.reason, one.text) for one in refused] == [
        (4, "too-many-fields", "5,6,7")
    ]
    assert notes == ["rows with empty fields beyond the header, cut: 1 (first at line 3)"]


def test_a_trailing_separator_on_every_row() -> None:
    rows, refused, notes = read(b"a,b\n1,2,\n3,4,\n5,6,x\n7,8,\n")
    assert [line for line, _ in rows] == [2, 3, 5]
    assert [(one.line, one.reason) for one in refused] == [(4, "too-many-fields")]
    assert notes == ["rows with empty fields beyond the header, cut: 3 (first at line 2)"]


def test_separators_alone_are_refused() -> None:
    _, refused, _ = read(b"a,b\n,\n1,2\n")
    assert [(one.line, one.reason) for one in refused] == [(2, "empty-row")]


def test_secrets_do_not_survive_in_refused_text() -> None:
    _, refused, _ = read(b"ip,password,url\n192.0.2.1,hunter2,http://u:pw@example.org/,x\n")
    assert refused[0].text == "192.0.2.1,[withheld]"
    _, refused, _ = read(b"ip,url\n192.0.2.1,http://u:pw@example.org/,x\n")
    assert refused[0].text == "192.0.2.1,http://[withheld]@example.org/,x"


def test_comments_are_no_rows() -> None:
    layout = Layout(delimiter=",", comment="#")
    raw = b"# made today\na,b\n#1,2\n3,4\n# end, of it\n# end\n"
    assert read(raw, layout)[0] == [(4, {"a": "3", "b": "4"})]


def test_bytes_that_are_not_utf8_are_latin1_for_their_line_only() -> None:
    rows, _, notes = read("a,b\n1,Zürich\n".encode() + b"2,Z\xfcrich\n3,x\n")
    assert [row["b"] for _, row in rows] == ["Zürich", "Zürich", "x"]
    assert notes == ["lines that are not UTF-8, read as Latin-1: 1 (first at line 3)"]


@pytest.mark.parametrize("odd", [b"4,\xe9,6,7\n", b"4,\xe9\n"])
def test_an_odd_row_that_is_not_utf8_says_nothing_on_standard_error(
    capfd: pytest.CaptureFixture[str], odd: bytes
) -> None:
    rows, refused, notes = read(b"a,b,c\n1,2,3\n" + odd + b"8,9,10\n")
    assert len(rows) + len(refused) == 3
    assert "lines that are not UTF-8, read as Latin-1: 1 (first at line 3)" in notes
    assert capfd.readouterr().err == ""


def test_nul_bytes_are_left_out() -> None:
    rows, _, notes = read(b"a,b\n1,x\0y\n2,z\n")
    assert [row["b"] for _, row in rows] == ["xy", "z"]
    assert notes == ["lines with NUL bytes, which were left out: 1 (first at line 2)"]


def test_other_control_characters_stay() -> None:
    assert cells(b"a,b\n1,x\x1b[0m\x07\n") == [["1", "x\x1b[0m\x07"]]


def test_a_stray_quote_costs_its_own_row_only() -> None:
    raw = b"a,b,c\n" + b"1,2,3\n" * 5 + b'4,"5,6\n' + b"7,8,9\n" * 2000
    rows, refused, _ = read(raw)
    assert len(rows) + len(refused) == 2006
    assert [one.line for one in refused] in ([], [7])
    assert rows[-1] == (2007, {"a": "7", "b": "8", "c": "9"})


def test_a_file_cut_off_in_its_last_row() -> None:
    layout = Layout(delimiter=",", needed=frozenset({"time", "ip"}))
    head = b"time,ip,c,d\n1,192.0.2.1,x,y\n"
    assert [one.reason for one in read(head + b"2,192.0", layout)[1]] == ["cut-off"]
    assert read(head + b"2,192.0.2.2,x", layout)[0][-1][1]["ip"] == "192.0.2.2"
    assert read(head + b"2,192.0.2.2,x,y", layout)[0][-1][1]["d"] == "y"
    assert [one.reason for one in read(head + b'2,"192.0', layout)[1]] == ["cut-off"]


class Damaged(io.BytesIO):
    """Gives its content and then turns out damaged."""

    def readinto1(self, buffer: object) -> int:
        got = super().readinto1(buffer)  # type: ignore[arg-type]
        if not got:
            raise DamagedError("damaged-archive", "no more")
        return got


@pytest.mark.parametrize("last", [b"5", b"5,6", b'5,"6', b'5,"x\ny'])
def test_the_row_in_which_a_damaged_stream_ends_may_be_half_of_one(last: bytes) -> None:
    chunks = list(CsvRows(Damaged(b"a,b\n1,2\n3,4\n" + last)).chunks())
    rows = [tuple(row.values()) for chunk in chunks for row in chunk.table.to_pylist()]
    assert rows == [("1", "2"), ("3", "4")]
    refused = [(one.line, one.reason) for chunk in chunks for one in chunk.refused]
    assert refused[0][0] == 4
    assert refused[0][1] in ("cut-off", "bad-quoting")
    assert refused[-1][1] == "damaged-archive"


def test_what_a_damaged_stream_gave_is_kept() -> None:
    chunks = list(CsvRows(Damaged(b"a,b\n1,2\n3,4\n")).chunks())
    assert sum(chunk.table.num_rows for chunk in chunks) == 2
    assert [(one.line, one.reason) for one in chunks[-1].refused] == [(4, "damaged-archive")]


def test_a_file_larger_than_a_block_keeps_exact_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BLOCK", MIB)
    out = io.StringIO()
    writer = stdlib.writer(out, lineterminator="\n")
    writer.writerow(["n", "line", "text"])
    line = 2
    for number in range(60_000):
        text = "one\ntwo" if number % 7 == 0 else "x" * (number % 90)
        writer.writerow([number, line, text])
        line += 1 + text.count("\n")
    rows, refused, _ = read(out.getvalue().encode())
    assert len(rows) == 60_000
    assert refused == []
    assert all(line == int(row["line"] or 0) for line, row in rows)


def test_a_row_longer_than_any_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROW", 4 * MIB)
    monkeypatch.setattr(reader, "MAX_BLOCK", MIB)
    raw = b"a,b\n1,2\n3," + b"x" * (3 * MIB) + b"\n4,5\n" + b"y" * (9 * MIB) + b"\n6,7\n"
    rows, refused, _ = read(raw)
    assert [line for line, _ in rows] == [2, 3, 4, 6]
    assert [(one.line, one.reason) for one in refused] == [(5, "row-too-long")]


field = st.text(st.sampled_from('ab,;"\n\r\\ éx0'), max_size=6)
table = st.lists(st.lists(field, min_size=3, max_size=3), max_size=8)


def expected_cells(rows: list[list[str]]) -> list[list[str | None]]:
    def cleaned(text: str) -> str | None:
        return text.replace('\\"', '"') or None

    return [[cleaned(text) for text in row] for row in rows if any(row)]


@given(table)
@settings(deadline=None)
def test_what_is_written_by_the_standard_is_read_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    writer = stdlib.writer(out, lineterminator="\n", quoting=stdlib.QUOTE_ALL)
    writer.writerows([["a", "b", "c"], *rows])
    assert cells(out.getvalue().encode()) == expected_cells(rows)


@given(table, st.sampled_from(["\n", "\r\n"]), st.booleans())
@settings(deadline=None)
def test_both_paths_agree(rows: list[list[str]], end: str, quote_all: bool) -> None:
    out = io.StringIO()
    writer = stdlib.writer(out, "excel" if end == "\r\n" else "unix", lineterminator=end)
    if quote_all:
        writer = stdlib.writer(out, lineterminator=end, quoting=stdlib.QUOTE_ALL)
    if not quote_all:  # the standard library leaves a lone carriage return without quotes
        rows = [[text.replace("\r", "") for text in row] for row in rows]
    writer.writerows([["a", "b", "c"], *rows])
    assert_paths_agree(out.getvalue().encode())


messy = st.binary(max_size=60) | st.text(st.sampled_from('a1,"\n\r\\ '), max_size=60).map(
    str.encode
)


@given(messy)
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_accounted_for(raw: bytes) -> None:
    raw = b"a,b,c\n" + raw
    rows, refused, _ = read(raw)
    lines = sorted([line for line, _ in rows] + [one.line for one in refused])
    assert len(set(lines)) == len(lines)
    last = raw.count(b"\n") + raw.count(b"\r") + 1
    assert all(2 <= line <= last for line in lines)
    if b'"' not in raw and b"\r" not in raw:
        filled = [n for n, line in enumerate(raw.split(b"\n"), 1) if line.strip(b" \t\0\x1a")]
        assert lines == filled[1:]


def assert_paths_agree(raw: bytes) -> None:
    fast = read(raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_fast, "parse", _unfit)
        careful = read(raw)
    assert fast == careful


def _unfit(*_: object) -> None:
    raise csv_fast.UnfitError

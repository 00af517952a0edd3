from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from hypothesis import given as hypothetically
from hypothesis import strategies as st

from tests.alerts.samples import content
from tocsin.alerts.replies.refusals import UnreadableError, Why
from tocsin.alerts.replies.sheet import read_sheet
from tocsin.alerts.replies.table import MOST_BROKEN, MOST_LINES, MOST_ROWS
from tocsin.alerts.spreadsheet import csv_bytes
from tocsin.answers.statements import Given, Statement

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def answers(text: str, encoding: str = "utf-8") -> list[tuple[UUID, Statement]]:
    return [(one.threat, one.statement) for one in read_sheet("a.csv", text.encode(encoding)).given]


def refused(text: str) -> list[tuple[int, str]]:
    return [(one.row, one.reason) for one in read_sheet("a.csv", text.encode()).refused]


def why(data: bytes) -> Why:
    with pytest.raises(UnreadableError) as error:
        read_sheet("a.csv", data)
    return error.value.why


def test_our_own_file_says_nothing_until_somebody_fills_it_in() -> None:
    data = csv_bytes(content())
    read = read_sheet("a.csv", data)
    assert (read.given, read.refused, read.empty) == ([], [], read.rows)
    assert read.rows > 0


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_however_it_was_saved(separator: str, ends: str, encoding: str) -> None:
    lines = [
        ["Größe", "Status", "extra", "Threat ID", "comment"],
        ["0,5", "fixed", '"a\nb"', str(A), "“Ordnung”"],
        ["1", "", "", str(B), "", "", ""],
        ["2", "Behoben", "", str(C)],
    ]
    text = ends.join(separator.join(line) for line in lines).replace("0,5", '"0,5"')
    assert answers(text, encoding) == [(A, Statement.FIXED), (C, Statement.FIXED)]


def test_excels_own_first_line_is_passed_over() -> None:
    assert answers(f"sep=;\nthreat_id;status\n{A};fixed\n") == [(A, Statement.FIXED)]


def test_rows_are_told_by_the_line_on_which_they_begin() -> None:
    text = f'threat_id,status,comment\n{A},fixed,"two\nlines"\n{B},fixed,\n'
    assert [one.row for one in read_sheet("a.csv", text.encode()).given] == [2, 4]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{A},done,,", Why.UNKNOWN_STATUS),
        (f"{A},=fixed,,", Why.FORMULA),
        (f'{A},"=HYPERLINK(""http://x"",""fixed"")",,', Why.FORMULA),
        ("=A1,fixed,,", Why.FORMULA),
        (f"{A},fixed,=cmd|' /C calc'!A0,", Why.FORMULA),
        (f"{A},fixed,\u200b=1+1,", Why.FORMULA),
        (f"{A},fixed,＝1+1,", Why.FORMULA),
        (f"{A},fixed,a\0b,", Why.CONTROLS),
        (",fixed,,", Why.NO_ID),
        ("12345678,fixed,,", Why.BAD_ID),
        ("1.2345E+30,fixed,,", Why.BAD_ID),
        (f"{A},,done it,", Why.NO_STATUS),
        (f"{A},fixed,,yesterday", Why.BAD_SINCE),
        (f"{A},fixed,,3/1/2026", Why.BAD_SINCE),
        (f"{A},fixed,,46082", Why.BAD_SINCE),
        (f"{A},fixed,,2026-02-30", Why.BAD_SINCE),
        (f"{A},fixed,,0001-01-01T00:00+05:00", Why.BAD_SINCE),
        (f'{A},fixed,"never closed,', Why.QUOTES),
        (f'{A},fixed,"a"b,', Why.QUOTES),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_and_the_others_are_not(
    row: str, reason: Why
) -> None:
    text = f"threat_id,status,comment,since\n{B},fixed,,\n{row}\n{C},not ours,,\n"
    assert refused(text) == [(3, reason)]
    assert answers(text) == [(B, Statement.FIXED), (C, Statement.NOT_OURS)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T04:05:06Z", datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)),
        ("2026-03-01 04:05 UTC", datetime(2026, 3, 1, 4, 5, tzinfo=UTC)),
        ("2026-03-01T04:05+01:00", datetime(2026, 3, 1, 3, 5, tzinfo=UTC)),
        ("1.3.2026", datetime(2026, 3, 1, tzinfo=UTC)),
        ("01.03.2026 04:05", datetime(2026, 3, 1, 4, 5, tzinfo=UTC)),
        ("01.03.2026 04:05:06", datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)),
    ],
)
def test_days_are_read_where_they_can_mean_one_thing_only(written: str, meant: datetime) -> None:
    (one,) = read_sheet("a", f"id,status,since\n{A},fixed,{written}".encode()).given
    assert one.since == meant


def test_words_about_a_telephone_or_a_list_are_no_formula() -> None:
    text = f"id,status,comment\n{A},fixed,+49 30 1234\n{B},fixed,- rebooted\n"
    assert [one.comment for one in read_sheet("a", text.encode()).given] == [
        "+49 30 1234", "- rebooted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Why.NO_COLUMNS),
        (b"hello", Why.NO_COLUMNS),
        (b"threat_id,comment\n1,2", Why.NO_COLUMNS),
        (b"threat_id,status,status\n1,fixed,fixed", Why.NO_COLUMNS),
        (b"sep=;", Why.NO_COLUMNS),
        (b"id,status\n" + b"\n" * 2 * MOST_LINES, Why.TOO_MANY),
        (b"id,status\n" + b",\n" * (MOST_ROWS + 1), Why.TOO_MANY),
        (b"id,status\n" + b'"a"b\n' * (MOST_BROKEN + 1), Why.BROKEN),
        (bytes(range(256)) * 4, Why.NOT_TEXT),
    ],
)
def test_a_file_that_is_no_answer_is_refused_as_a_whole(data: bytes, reason: Why) -> None:
    assert why(data) is reason


def test_two_lost_quotes_do_not_swallow_the_rows_between() -> None:
    text = f'id,status,comment\n{A},fixed,"lost\n{B},fixed,"\n{C},fixed,\n'
    assert answers(text) == [(C, Statement.FIXED)]
    assert refused(text) == [(2, Why.QUOTES), (3, Why.QUOTES)]


def test_a_hundred_thousand_answers_are_read() -> None:
    text = "threat_id,status\n" + "".join(f"{uuid4()},fixed\n" for _ in range(100_000))
    assert len(read_sheet("a", text.encode()).given) == 100_000


cells = st.one_of(
    st.sampled_from(["", "fixed", "behoben", str(A), "=1", '"', "2026-01-01", "x\0", "'"]),
    st.text(max_size=12),
)


@hypothetically(
    st.lists(st.lists(cells, max_size=5), max_size=20), st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)  # fmt: skip
def test_every_row_is_taken_refused_or_empty(
    table: list[list[str]], separator: str, encoding: str
) -> None:
    head = separator.join(["threat_id", "status", "comment", "since"])
    text = "\n".join([head, *(separator.join(line) for line in table)])
    try:
        read = read_sheet("a", text.encode(encoding, "surrogatepass"))
    except UnreadableError:
        return
    assert read.rows == len(read.given) + len(read.refused) + read.empty


@hypothetically(st.binary(max_size=400))
def test_nothing_breaks_the_reader(data: bytes) -> None:
    for whole in (data, b"threat_id,status\n" + data):
        try:
            read = read_sheet("a", whole)
        except UnreadableError:
            continue
        assert read.rows == len(read.given) + len(read.refused) + read.empty


zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
moments = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=zones)  # noqa: DTZ001


@hypothetically(
    st.sampled_from(Statement), st.uuids(), moments, st.text("abcäß ,;\"'\n", max_size=9)
)
def test_what_is_written_is_read(
    statement: Statement, threat: UUID, since: datetime, comment: str
) -> None:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows(
        [["threat_id", "status", "comment", "since"],
         [threat, statement, comment, since.isoformat()]]
    )  # fmt: skip
    read = read_sheet("a", text.getvalue().encode())
    assert read.given == [Given(threat, statement, comment.strip(), since, 2)]

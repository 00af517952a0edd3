import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import NOW, content, row
from tocsin.alerts.spreadsheet import (
    FIXED_COLUMNS,
    ZIP_ABOVE,
    attachment,
    csv_bytes,
    neutralised,
)

STARTERS = "=+-@\t\r＝＋－＠"


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+44 1632 960123",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\n=1",
        " =1",
        "\u200b=1",
        "\ufeff=HYPERLINK()",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "-",
        "-5-5",
        "--5",
        "-1e5x",
        "'=1",
        "+5",
    ],
)
def test_whatever_a_spreadsheet_might_run_gets_an_apostrophe(value: str) -> None:
    assert neutralised(value) == "'" + value


@pytest.mark.parametrize(
    "value",
    ["", "a=b", "192.0.2.1", "-5", "-0.5", "-1.5e-3", "'quoted'", "ä", "1-2", " a", "O'Neil"],
)
def test_everything_else_stays_as_it_is(value: str) -> None:
    assert neutralised(value) == value


def test_control_characters_become_visible_and_line_ends_one_kind() -> None:
    assert neutralised("a\x00b\x1b[31m\r\nc\rd\x7f") == "a␀b␛[31m\nc␍d␡"


@given(st.text(alphabet="'=+-@＝－ a1.e\u200b\t\ufeff", max_size=8))
def test_what_is_left_alone_starts_no_formula_and_taking_the_apostrophe_away_undoes_it(
    value: str,
) -> None:
    safe = neutralised(value)
    if safe == value:
        bare = value.strip(" \t\u200b\ufeff")
        assert bare[:1] not in set(STARTERS) or re.fullmatch(r"-[\d.]+(e-?\d+)?", value)
    else:
        assert safe == "'" + value


def test_columns_are_the_documented_ones_and_the_id_comes_first() -> None:
    data = csv_bytes(content([row(1, evidence={"banner": "x", "empty": ""})]))
    assert data.startswith(b"\xef\xbb\xbfthreat_id,status,comment,")
    header = data.decode("utf-8-sig").split("\r\n")[0].split(",")
    assert tuple(header) == (*FIXED_COLUMNS, "evidence_banner")


def test_a_row_says_all_that_is_known() -> None:
    only = row(
        1,
        tag="rdp;cve-2019-0708",
        hostname="=host.example",
        asn=64500,
        evidence={"=x": "@SUM(1)", "naïve": "line one\nline two"},
    )
    (told,) = read(csv_bytes(content([only])))
    assert UUID(told["threat_id"]) == only.id
    assert (told["status"], told["comment"], told["since"]) == ("", "", "")
    assert (told["claimed_fixed"], told["verdict"]) == ("", "")
    assert told["hostname"] == "'=host.example"
    assert told["title"] == "Remote desktop (RDP) reachable from the internet"
    assert (told["class"], told["type"]) == ("vulnerable", "potentially-unwanted-accessible")
    assert (told["affected"], told["port"], told["protocol"]) == ("192.0.2.1", "3389", "tcp")
    assert told["last_seen"] == "2026-03-01T23:05:06Z"
    assert told["evidence_'=x"] == "'@SUM(1)"
    assert told["evidence_naïve"] == "line one\nline two"


def test_what_an_answer_had_to_do_with_it_is_in_the_file() -> None:
    rows = [row(1, why="conflict", claimed_at=NOW), row(2, why="rejected", verdict="=still there")]
    told = read(csv_bytes(content(rows)))
    assert [one["claimed_fixed"] for one in told] == ["2026-03-02T04:05:06Z", ""]
    assert [one["verdict"] for one in told] == ["", "'=still there"]


def test_each_threat_has_exactly_one_row_and_missing_evidence_is_empty() -> None:
    rows = [row(n, evidence={"a": "1"} if n % 2 else {"b": "2"}) for n in range(1, 51)]
    rows.append(row(1, "sinkhole", port=None, evidence={}))
    told = read(csv_bytes(content(rows)))
    assert {UUID(one["threat_id"]) for one in told} == {one.id for one in rows}
    assert len(told) == 51
    assert told[0]["kind"] == "sinkhole"
    assert told[0]["port"] == told[0]["evidence_a"] == ""


def test_a_small_file_is_attached_as_it_is() -> None:
    attached = attachment("TOCSIN-2026-000001", b"x", NOW)
    assert (attached.name, attached.content_type) == ("TOCSIN-2026-000001.csv", "text/csv")
    assert attached.data == b"x"


def test_a_large_one_is_zipped_the_same_each_time() -> None:
    data = b"0123456789" * (ZIP_ABOVE // 10 + 1)
    attached = attachment("TOCSIN-2026-000001", data, datetime(2026, 1, 2, tzinfo=UTC))
    assert attached == attachment("TOCSIN-2026-000001", data, datetime(2026, 1, 2, tzinfo=UTC))
    assert (attached.name, attached.content_type) == (
        "TOCSIN-2026-000001.csv.zip",
        "application/zip",
    )
    with zipfile.ZipFile(io.BytesIO(attached.data)) as archive:
        assert archive.namelist() == ["TOCSIN-2026-000001.csv"]
        assert archive.read("TOCSIN-2026-000001.csv") == data

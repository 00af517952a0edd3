from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.times import NO_TIME, parse_time, parse_times

MOMENT = datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)
MICROSECONDS = int(MOMENT.timestamp()) * 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 08:30:15",
        "2026-03-01T08:30:15",
        "2026-03-01T08:30:15Z",
        "2026-03-01T08:30:15+00:00",
        "2026-03-01T09:30:15+01:00",
        "2026-03-01 08:30:15 UTC",
        "2026-03-01 08:30:15.000000",
        " 2026-03-01 08:30:15 ",
        "Sun, 01 Mar 2026 08:30:15 +0000",
        "01/Mar/2026:08:30:15 +0000",
        "20260301083015",
        "1772353815",
        "1772353815.0",
        "1772353815000",
        "1772353815000000",
        "134168274150000000",
    ],
)
def test_forms_that_feeds_use(text: str) -> None:
    assert parse_time(text) == MICROSECONDS


@pytest.mark.parametrize("text", ["", "0", "yesterday", "2026-13-01 00:00:00", "12345", "nan"])
def test_what_is_no_time(text: str) -> None:
    assert parse_times(pa.array([text])).tolist() == [NO_TIME]


def test_times_before_1990_and_after_2100_are_none() -> None:
    found = parse_times(pa.array(["1970-01-01 00:00:00", "2101-01-01 00:00:00", None]))
    assert found.tolist() == [NO_TIME] * 3


def test_a_feeds_own_format() -> None:
    found = parse_times(pa.array(["08h30 01.03.26"]), "%Hh%M %d.%m.%y")
    assert found.tolist() == [MICROSECONDS - 15_000_000]


@given(st.integers(10**15, 4 * 10**15))
def test_a_column_and_a_single_value_agree(microseconds: int) -> None:
    moment = datetime.fromtimestamp(microseconds / 1_000_000, UTC)
    text = moment.replace(tzinfo=None).isoformat(sep=" ")
    assert parse_times(pa.array([text])).tolist() == [parse_time(text)]


@given(st.lists(st.text(max_size=30), max_size=5))
def test_anything_is_read_or_none(texts: list[str]) -> None:
    assert len(parse_times(pa.array(texts, pa.string()))) == len(texts)

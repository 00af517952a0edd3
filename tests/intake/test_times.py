from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

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
        "Sun, 01 Mar 2026 08:30:15 GMT",
        "Sun, 1 Mar 2026 09:30:15 +0100",
        "Sun Mar  1 08:30:15 2026",
        "Sun Mar  1 08:30:15 UTC 2026",
        "01 Mar 2026 08:30:15",
        "01-Mar-2026 08:30:15",
        "Mar 1, 2026 08:30:15",
        "2026-3-1 8:30:15",
        "2026/03/01 08:30:15",
        "01/03/2026 08:30:15",
        "01.03.2026 08:30:15",
        "2026-03-01T08:30:15.0000001Z",
        "2026-03-01 08:30:15,000",
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "yesterday",
        "2026-13-01 00:00:00",
        "12345",
        "nan",
        "may be",
        "10 May",
        "03/20/2026 08:30:15",
        "Sun, 01 Mar 2026 08:30:15 CET",
        "Sun Mar  1 08:30:15 CET 2026",
    ],
)
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


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%d/%m/%Y %H:%M:%S",
        "%d.%m.%Y %H:%M:%S",
        "%d-%b-%Y %H:%M:%S",
        "%b %d %Y %H:%M:%S",
        "%a, %d %b %Y %H:%M:%S GMT",
        "%a %b %d %H:%M:%S %Y",
        "%Y%m%d%H%M%S",
        "%Y-%m-%dT%H:%M:%SZ",
    ],
)
@given(st.integers(700_000_000, 4_000_000_000))
def test_every_moment_is_read_as_it_was_written(form: str, seconds: int) -> None:
    text = datetime.fromtimestamp(seconds, UTC).strftime(form)
    assert parse_time(text) == seconds * 1_000_000


@given(st.integers(700_000_000, 4_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_zones_are_taken_into_account(seconds: int, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    moment = datetime.fromtimestamp(seconds, zone)
    assert parse_time(moment.isoformat()) == seconds * 1_000_000
    assert parse_time(format_datetime(moment)) == seconds * 1_000_000


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_none(text: str) -> None:
    (found,) = parse_times(pa.array([text])).tolist()
    assert found == NO_TIME or 631_152_000 * 10**6 <= found < 4_102_444_800 * 10**6

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.constituency.readers.times import list_time, registry_date


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("", None),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("20260131", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:30", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("2026-01-31 12:30:15Z", datetime(2026, 1, 31, 12, 30, 15, tzinfo=UTC)),
        ("2026-02-01T01:00:00+02:00", datetime(2026, 1, 31, 23, tzinfo=UTC)),
    ],
)
def test_times_of_lists_are_utc(text: str, time: datetime | None) -> None:
    assert list_time(text) == time


@given(st.datetimes(timezones=st.timezones()))
def test_any_time_with_a_zone_is_that_moment_or_no_time_at_all(time: datetime) -> None:
    try:
        moment = time.astimezone(UTC)
    except OverflowError:
        with pytest.raises(ValueError, match="outside of the years"):
            list_time(time.isoformat())
    else:
        assert list_time(time.isoformat()) == moment


@given(st.text(max_size=12))
def test_any_other_text_is_refused_as_a_value(text: str) -> None:
    for read in (list_time, registry_date):
        try:
            found = read(text)
        except ValueError:
            continue
        assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "00000000"])
def test_registries_may_give_no_date(text: str) -> None:
    assert registry_date(text) is None


@pytest.mark.parametrize("text", ["20261301", "20260230", "2026", "yesterday"])
def test_a_wrong_date_of_a_registry_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=f"“{text}” is not a date like 20260131"):
        registry_date(text)

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.intake.fetch.schedule import ScheduleError, parse

MONDAY = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "last", "due"),
    [
        ("every 15 minutes", timedelta(minutes=14), False),
        ("every 15 minutes", timedelta(minutes=15), True),
        ("Every 1 hour", timedelta(minutes=61), True),
        ("every 2 days", timedelta(hours=47), False),
        ("30 6 * * *", timedelta(minutes=1), True),
        ("31 6 * * *", timedelta(minutes=1), False),
        ("30 6 * * *", timedelta(0), False),
        ("*/20 * * * *", timedelta(minutes=11), True),
        ("*/20 * * * *", timedelta(minutes=9), False),
        ("0 5-7/2 * * *", timedelta(hours=2), True),
        ("0 6 2,9 3 *", timedelta(hours=1), True),
        ("0 6 * * 7", timedelta(hours=20), False),
        ("0 6 * * 0", timedelta(hours=25), True),
        ("0 6 * * 1-5", timedelta(hours=1), True),
        ("0 6 13 * 1", timedelta(hours=1), True),
        ("0 6 13 * *", timedelta(hours=1), False),
        ("0 6 13 4 1", timedelta(days=3), False),
    ],
)
def test_a_source_is_due_when_a_moment_of_its_schedule_has_passed(
    text: str, last: timedelta, due: bool
) -> None:
    assert parse(text).due(MONDAY - last, MONDAY) is due


def test_a_source_never_run_or_forgotten_for_a_year_is_due() -> None:
    yearly = parse("0 0 1 1 *")
    assert yearly.due(None, MONDAY)
    assert yearly.due(MONDAY - timedelta(days=500), MONDAY)


@pytest.mark.parametrize(
    "text",
    ["", "hourly", "every 0 minutes", "* * * *", "61 * * * *", "5-3 * * * *", "*/0 * * * *",
     "*-4 * * * *", "0 0 0 * *", "a * * * *"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ScheduleError, match="cannot be read") as caught:
        parse(text)
    assert "every 15 minutes" in caught.value.hint

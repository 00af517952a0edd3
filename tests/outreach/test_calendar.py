"""The calendar file of an engagement."""

from datetime import UTC, date, datetime

import pytest

from tocsin.constituency.models import Organisation
from tocsin.outreach.calendar import LONGEST, calendar, escaped, folded
from tocsin.outreach.models import Engagement

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
WHOSE = Organisation(pk=1, name="Ħaż-Żebbuġ Netz, Überland; Söhne & Töchter Telekommunikation AG")


def lines(**values: object) -> list[str]:
    given = {"way": "visit", "day": date(2026, 10, 31), "made_at": NOW, **values}
    one = Engagement(pk=7, organisation=WHOSE, **given)
    text = calendar(one, "https://tocsin.example/region/engagements/7/", "tocsin.example").decode()
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= LONGEST for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_an_engagement_is_a_whole_day() -> None:
    found = lines()
    assert found[0] == "BEGIN:VCALENDAR"
    assert found.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20261031" in found
    assert "DTEND;VALUE=DATE:20261101" in found
    assert "DTSTAMP:20260930T120000Z" in found
    assert "UID:engagement-7-day@tocsin.example" in found
    assert "URL:https://tocsin.example/region/engagements/7/" in found
    assert (
        "SUMMARY:Visit: Ħaż-Żebbuġ Netz\\, Überland\\; Söhne & Töchter Telekommunikation AG"
        in found
    )


def test_its_follow_up_is_an_event_of_its_own_until_it_is_done() -> None:
    found = lines(follow_up_on=date(2026, 11, 28))
    assert "UID:engagement-7-follow-up@tocsin.example" in found
    assert "DTSTART;VALUE=DATE:20261128" in found
    assert lines(follow_up_on=date(2026, 11, 28), followed_up_at=NOW).count("BEGIN:VEVENT") == 1


def test_one_that_was_called_off_leaves_the_calendar() -> None:
    assert "STATUS:CANCELLED" in lines(cancelled_at=NOW)


def test_a_line_break_begins_no_property() -> None:
    assert escaped("a\r\nSTATUS:X\\,;") == "a\\nSTATUS:X\\\\\\,\\;"


@pytest.mark.parametrize("text", ["", "x" * 75, "x" * 76, "ü" * 200, "😀" * 60])
def test_folded_lines_are_the_same_put_together(text: str) -> None:
    found = list(folded(text))
    assert "".join(part.removeprefix(" ") if at else part for at, part in enumerate(found)) == text
    assert all(len(part.encode()) <= LONGEST for part in found)

"""What is counted by month.  No I/O."""

from datetime import date
from enum import StrEnum

MONTHS = 13  # shown: this one and the twelve before
REDONE = 2  # months counted anew each day: reports come late


class Topic(StrEnum):
    """What a count is by."""

    KIND = "kind"
    SECTOR = "sector"
    REGION = "region"
    STATEMENT = "statement"
    ALERT = "alert"
    WAY = "way"


class Measure(StrEnum):
    NEW = "new"
    REOPENED = "reopened"
    GONE = "gone"
    ANSWERS = "answers"
    ALERTS = "alerts"
    TOLD = "told"
    ENGAGEMENTS = "engagements"


OF_THREATS = (Topic.KIND, Topic.SECTOR, Topic.REGION)
MEASURES = {
    **dict.fromkeys(OF_THREATS, (Measure.NEW, Measure.REOPENED, Measure.GONE)),
    Topic.STATEMENT: (Measure.ANSWERS,),
    Topic.ALERT: (Measure.ALERTS, Measure.TOLD),
    Topic.WAY: (Measure.ENGAGEMENTS,),
}


def months_up_to(day: date, count: int) -> list[date]:
    """The first days of so many months, the last being that of `day`."""
    index = day.year * 12 + day.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(index - count + 1, index + 1)]

"""What people ask about what came in."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection
from django.db.models import Sum

from tocsin.intake.models import FeedDay

GROUPS = (Path(__file__).parent / "sql" / "refused_groups.sql").read_text()


@dataclass(frozen=True, slots=True)
class RefusedGroup:
    """What one feed had refused for one reason; `whole`: files of which nothing was taken."""

    feed: str
    reason: str
    whole: bool
    rows: int
    files: int
    last: date


def refused_groups(since: date) -> list[RefusedGroup]:
    """Most rows first; inside the staff's scope."""
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, {"since": since})
        return [
            RefusedGroup(feed, reason, whole, int(rows), files, last)
            for feed, reason, whole, rows, files, last in cursor.fetchall()
        ]


def volumes(feed: int, first: date, last: date) -> dict[date, tuple[int, int]]:
    """Rows taken and refused of each day that something came for."""
    days = FeedDay.objects.filter(feed=feed, day__range=(first, last)).values_list("day")
    counted = days.annotate(Sum("rows"), Sum("refused")).order_by("day")
    return {day: (rows - refused, refused) for day, rows, refused in counted}

"""A region's threats by kind and day, kept as sums: a page cannot add up thousands of
organisations."""

from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection

from tocsin.database.scope import staff_scope
from tocsin.outreach.models import RegionCount

SQL = (Path(__file__).parent / "sql" / "region.sql").read_text("utf-8")
# Row-level security hides from the planner how many organisations there are; it takes them for few.
JOINED = "SET LOCAL enable_nestloop = off; SET LOCAL jit = off"
LATE = timedelta(days=14)  # a report that comes later than this no longer changes the sums
KEPT = timedelta(days=120)


def count_regions(now: datetime) -> int:
    """Bring the sums up to today; how many days were added up.  A day at a time: each is short.

    The last two weeks anew, because reports come late, and what is missing before them.
    """
    today = now.date()
    with staff_scope():
        newest = RegionCount.objects.order_by("-day").values_list("day", flat=True).first()
    first = today - KEPT if newest is None else min(newest, today) - LATE
    days = [first + timedelta(days=at) for at in range((today - first).days + 1)]
    for day in days:
        _count(day)
    with staff_scope():
        RegionCount.objects.filter(day__lt=today - KEPT).delete()
    return len(days)


def _count(day: date) -> None:
    with staff_scope(), connection.cursor() as cursor:
        RegionCount.objects.filter(day=day).delete()
        cursor.execute(JOINED)
        cursor.execute(SQL, {"day": day})

"""Counting by month, so that no page has to."""

from datetime import date
from pathlib import Path

from django.db import connection

from tocsin.database.scope import staff_scope
from tocsin.measurement.models import MonthlyCount
from tocsin.measurement.rules import MONTHS, REDONE, months_up_to

SQL = Path(__file__).parent / "sql"
NAMES = ("threats", "answers", "alerts", "engagements")
STATEMENTS = tuple((SQL / f"{name}.sql").read_text() for name in NAMES)


def count(today: date) -> None:
    """Count the latest months anew, the first time all that are shown; older ones are dropped."""
    shown = months_up_to(today, MONTHS)
    with staff_scope():
        MonthlyCount.objects.filter(month__lt=shown[0]).delete()
        began = MonthlyCount.objects.exists()
        first = shown[-REDONE] if began else shown[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tocsin monthly counts'))")
            MonthlyCount.objects.filter(month__gte=first).delete()
            for statement in STATEMENTS:
                cursor.execute(statement, {"first": first, "today": today})

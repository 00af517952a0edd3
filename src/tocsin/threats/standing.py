"""Counting all threats, so that pages need not."""

from datetime import datetime, timedelta

from django.db import connection

from tocsin.database.scope import staff_scope
from tocsin.threats.bulk import SQL

COUNT = (SQL / "standing.sql").read_text()
DAYS = 45  # pages look back a month from the last day that anything came for


def count_standing(now: datetime) -> None:
    """Bring every organisation's numbers, nobody's and those of all up to date."""
    first = now.date() - timedelta(days=DAYS)
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute(COUNT, {"first": first, "now": now})

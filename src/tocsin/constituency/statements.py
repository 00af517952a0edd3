"""The room's set-based SQL, one statement or a few in each file of `sql/`."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import connection

Row = tuple[object, ...]
Parameters = Mapping[str, str | int | datetime]


@cache
def text_of(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()


def execute(name: str, parameters: Parameters | None = None) -> int:
    """Run `sql/NAME.sql`; the number of rows that its last statement touched."""
    with connection.cursor() as cursor:
        cursor.execute(text_of(name), parameters)
        return int(cursor.rowcount)


def rows(name: str, parameters: Parameters) -> list[Row]:
    """The rows that `sql/NAME.sql` selects."""
    with connection.cursor() as cursor:
        cursor.execute(text_of(name), parameters)
        return list(cursor.fetchall())


def count_rows(table: str) -> int:
    """How many rows a temporary table has."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        (number,) = cursor.fetchone()
        return int(number)

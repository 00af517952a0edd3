"""What an inhibition would hold back, before it is made."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction

from tocsin.alerts.queries import kinds_by_number
from tocsin.alerts.wishes import Subject
from tocsin.database.scope import staff_scope

WAITING_HELD = (Path(__file__).parent / "sql" / "waiting_held.sql").read_text()
RECENTLY = (Path(__file__).parent / "sql" / "recently.sql").read_text()
MOST = 10_000
PATIENCE = "1500ms"
DAYS = timedelta(days=7)
SHOWN = 20


@dataclass(frozen=True)
class HeldBack:
    """`waiting`: threats not told yet that it would keep back, by (organisation, kind), most
    first; `more` if there are more than were counted, `counted` false if it took too long.

    `recently`: new threats of the last week that it is about, for how many organisations; None
    where days are not counted so finely (a feed, a prefix, everything), or it took too long.
    """

    waiting: list[tuple[str, str, int]]
    threats: int
    organisations: int
    more: bool
    counted: bool
    recently: tuple[int, int] | None


def held_by(subject: Subject, organisation: int | None, now: datetime) -> HeldBack:
    """Raises `RuleError` for a subject that no inhibition can have."""
    asked = subject.checked()
    with staff_scope():
        kinds = kinds_by_number()
        number = next((n for n, one in kinds.items() if one.name == asked.kind), 0)
        values = {
            "organisation": organisation,
            "kind": number if asked.kind else None,
            "feed": asked.feed or None,
            "prefix": asked.prefix or None,
            "most": MOST,
            "since": (now - DAYS).date(),
        }
        rows = _patiently(WAITING_HELD, values)
        finer = asked.feed or asked.prefix or not (asked.kind or organisation)
        recently = None if finer else _patiently(RECENTLY, values)
    named = [(name, kinds[kind].title, count) for name, kind, count in rows or ()]
    threats = sum(count for *_, count in named)
    return HeldBack(
        named[:SHOWN],
        threats,
        len({name for name, *_ in named}),
        threats >= MOST,
        rows is not None,
        (int(recently[0][0] or 0), int(recently[0][1])) if recently else None,
    )


def _patiently(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]] | None:
    """None where counting would keep the reader waiting."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute(statement, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError:
        return None
    return found

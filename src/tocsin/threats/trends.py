"""What changed for one organisation over time, from the daily counts."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import connection

SQL = Path(__file__).parent / "sql"
FLOW = (SQL / "flow.sql").read_text()
FLOW_BY_KIND = (SQL / "flow_by_kind.sql").read_text()
MOST_KINDS = 20


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Flow:
    """How many threats began, came back and were observed gone."""

    new: int = 0
    reopened: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Span:
    """Whole steps, the last one up to `last`; `starts`: their first days."""

    starts: tuple[date, ...]
    last: date
    step: Step


def span(last: date, step: Step, number: int) -> Span:
    """The `number` steps of which the last one holds the day `last`."""
    starts = [_start(last, step)]
    while len(starts) < number:
        starts.append(_start(starts[-1] - timedelta(days=1), step))
    return Span(tuple(reversed(starts)), last, step)


def flow(organisation: int, over: Span) -> list[Flow]:
    """For each step of the span."""
    found = {start: Flow(*counts) for start, *counts in _asked(FLOW, organisation, over)}
    return [found.get(start, Flow()) for start in over.starts]


def flow_by_kind(organisation: int, over: Span) -> list[tuple[str, Flow]]:
    """Kinds by name, those of which most came first, and no more than `MOST_KINDS`."""
    return [(name, Flow(*counts)) for name, *counts in _asked(FLOW_BY_KIND, organisation, over)]


def _asked(statement: str, organisation: int, over: Span) -> list[tuple[Any, ...]]:
    given: dict[str, Any] = {
        "organisation": organisation,
        "first": over.starts[0],
        "last": over.last,
        "step": over.step.value,
        "most": MOST_KINDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _start(day: date, step: Step) -> date:
    """Weeks begin on Monday."""
    if step is Step.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step is Step.WEEK else day

"""Threats for their readers: pages of them, and single ones.

PostgreSQL writes the JSON (a thousand threats: a few milliseconds, against twenty in Python).  All
run inside the reader's scope, and name the organisation as well.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from tocsin.threats.wanted import Wanted, filters, halves, limits, values

SQL = Path(__file__).parent / "sql"
SHOWN = (SQL / "shown.sql").read_text()
PAGE = (SQL / "page.sql").read_text()
ONE = (SQL / "one.sql").read_text()
SCANNED = "(SELECT t.* FROM threat t WHERE {which} ORDER BY {order} LIMIT %(scan)s)"
SCAN = 5_000  # threats looked at for one page
# The planner takes row-level security's condition for one that leaves almost nothing: it would sort
# all of an organisation's threats rather than read the first ones in order, and go through all
# kinds for each threat.
IN_ORDER = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; "
    "SET LOCAL enable_bitmapscan = off; SET LOCAL max_parallel_workers_per_gather = 0; "
)
HASHED = "SET LOCAL enable_nestloop = off"


@dataclass(frozen=True)
class Place:
    """Where a page ended."""

    kind: int
    key: UUID


@dataclass(frozen=True)
class Page:
    """`items`: a JSON array; `after`: where the next page begins, none on the last one."""

    items: bytes
    after: Place | None


@dataclass(frozen=True)
class One:
    """`shown`: as in a page; `report`: the latest that it was in."""

    shown: dict[str, Any]
    kind: int
    report: int


def page(wanted: Wanted, after: Place | None, limit: int) -> Page:
    """Up to `limit` threats after a place; fewer, or none, where few fit the filters."""
    chosen = filters(wanted)
    scan = max(SCAN, limit + 1) if chosen else limit + 1
    order = ("key",) if wanted.organisation is not None else ("kind_id", "key")
    statement = PAGE.format(
        scanned=_scanned(wanted, after, order),
        filters=" AND ".join(chosen) or "true",
        order=", ".join(order),
        backwards=", ".join(f"{name} DESC" for name in order),
        shown=SHOWN.format(threats="found"),
    )
    given = {
        "limit": limit,
        "scan": scan,
        "after_kind": after.kind if after else 0,
        "after_key": after.key if after else UUID(int=0),
    }
    how = HASHED if wanted.exactly else IN_ORDER + HASHED
    row = _ask(how, statement, values(wanted) | given)
    assert row is not None
    items, found, last_found, scanned, last_scanned = row
    more = None
    if found == limit and last_found != last_scanned:
        more = last_found
    elif scanned == scan:
        more = last_scanned
    return Page(items.encode(), Place(int(more[0]), UUID(more[1])) if more else None)


def one(key: UUID, wanted: Wanted) -> One | None:
    """The threat with this id, if it is of the wanted organisation and not hidden."""
    whose = " AND ".join(limits(wanted)) or "true"
    statement = ONE.format(whose=whose, shown=SHOWN.format(threats="found"))
    row = _ask("", statement, values(wanted) | {"key": key})
    return One(json.loads(row[0]), row[1], row[2]) if row else None


def _scanned(wanted: Wanted, after: Place | None, order: tuple[str, ...]) -> str:
    """The threats that a page looks at, in order; each half through its own index."""
    parts = []
    for half in halves(wanted):
        conditions = [*limits(wanted), _beyond(after, order), half]
        parts.append(SCANNED.format(which=" AND ".join(conditions), order=", ".join(order)))
    if len(parts) == 1:
        return parts[0]
    return f"{' UNION ALL '.join(parts)} ORDER BY {', '.join(order)} LIMIT %(scan)s"


def _beyond(after: Place | None, order: tuple[str, ...]) -> str:
    if after is None:
        return "true"
    if len(order) == 1:
        return "t.key > %(after_key)s::uuid"
    return (
        "t.kind_id >= %(after_kind)s::smallint"
        " AND (t.kind_id, t.key) > (%(after_kind)s::smallint, %(after_key)s::uuid)"
    )


def _ask(how: str, statement: str, given: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        if how:
            cursor.execute(how)
        cursor.execute(statement, given)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row

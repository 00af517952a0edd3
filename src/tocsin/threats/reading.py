"""Threats for their readers: pages of them, and single ones.

PostgreSQL writes the JSON (a thousand threats: a few milliseconds, against twenty in Python).  All
run inside the reader's scope, and name the organisation as well.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from tocsin.threats.models import Threat, ThreatKind
from tocsin.threats.planned import ask
from tocsin.threats.wanted import (
    FILTERS,
    Wanted,
    filters,
    halves,
    limits,
    names_by_number,
    values,
)

SQL = Path(__file__).parent / "sql"
SHOWN = (SQL / "shown.sql").read_text()
PAGE = (SQL / "page.sql").read_text()
ONE = (SQL / "one.sql").read_text()
WALK = (SQL / "walk.sql").read_text()
HALF = "(SELECT t.* FROM threat t WHERE {which} ORDER BY {order} LIMIT %(scan)s::int)"
UNITED = "SELECT * FROM ({parts}) h ORDER BY {order} LIMIT %(scan)s::int"
# All filters stand in each statement, so that there are few to plan.
CHOSEN = " AND ".join(
    f"((%(passed)s::bool[])[{at}] OR {part})" for at, part in enumerate(FILTERS, start=1)
)
AFTER = "(t.kind_id, t.key) > (%(after_kind)s::smallint, %(after_key)s::uuid)"
AFTER_IN_KIND = (
    "t.kind_id = w.kind AND t.key >= CASE w.kind"
    " WHEN %(after_kind)s::smallint THEN %(after_key)s::uuid"
    " ELSE '00000000-0000-0000-0000-000000000000' END"
    " AND (t.kind_id, t.key) <> (%(after_kind)s::smallint, %(after_key)s::uuid)"
)
SCAN = 3_000  # threats looked at for one page
# The planner takes row-level security's condition for one that leaves almost nothing: it would sort
# all of an organisation's threats rather than read the first ones in order, and go through all
# kinds for each threat.
IN_ORDER = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; "
    "SET LOCAL enable_bitmapscan = off; SET LOCAL max_parallel_workers_per_gather = 0; "
)
HASHED = "SET LOCAL enable_nestloop = off; "


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
    """`shown`: as in a page; `report`: the latest that it was in; `row`: as the table has it."""

    shown: dict[str, Any]
    kind: int
    report: int
    row: dict[str, Any]

    @property
    def threat(self) -> Threat:
        """The row as the model has it, its kind known."""
        fields = {each.attname: each for each in Threat._meta.concrete_fields}
        made = Threat(**{name: fields[name].to_python(self.row[name]) for name in fields})
        made.kind = ThreatKind(pk=self.kind, name=self.shown["kind"])
        return made


def page(wanted: Wanted, after: Place | None, limit: int) -> Page:
    """Up to `limit` threats after a place; fewer, or none, where few fit the filters."""
    scan = max(SCAN, limit + 1) if filters(wanted) else limit + 1
    statement = PAGE.format(
        scanned=_exactly(wanted) if wanted.exactly else _walked(wanted),
        filters=CHOSEN,
        shown=SHOWN.format(threats="found"),
    )
    wanted = replace(wanted, known=names_by_number()) if wanted.known is None else wanted
    given = values(wanted) | {
        "limit": limit,
        "passed": [f"({part})" not in filters(wanted) for part in FILTERS],
        "scan": scan,
        "after_kind": after.kind if after else 0,
        "after_key": after.key if after else UUID(int=0),
        "walk": [
            kind
            for kind in wanted.known or ()
            if (after is None or kind >= after.kind)
            and (wanted.kinds is None or kind in wanted.kinds)
        ],
    }
    row = ask(HASHED if wanted.exactly else IN_ORDER + HASHED, statement, given)
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
    row = ask("", statement, values(wanted) | {"key": key})
    return One(json.loads(row[0]), row[1], row[2], json.loads(row[3])) if row else None


def _walked(wanted: Wanted) -> str:
    """Each half of a kind's threats is read in order through its own index."""
    any_kind = limits(replace(wanted, kinds=None))
    halved = [_half([*any_kind, AFTER_IN_KIND, half], "key") for half in halves(wanted)]
    return WALK.format(threats=_united(halved, "key"))


def _exactly(wanted: Wanted) -> str:
    """The few threats of what is affected."""
    parts = [_half([*limits(wanted), AFTER, part], "kind_id, key") for part in halves(wanted)]
    return _united(parts, "kind_id, key")


def _half(conditions: list[str], order: str) -> str:
    return HALF.format(which=" AND ".join(conditions), order=order)


def _united(parts: list[str], order: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return UNITED.format(parts=" UNION ALL ".join(parts), order=order)

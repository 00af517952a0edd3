"""What tables there are and how to fill them, asked of the database itself.

A table that a later migration brings is filled and looked at without a line here, or fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import connection

# Tables that belong to nobody: reference data, Django's own, the job queue's.
OPEN_TABLES = {
    "asset_generation", "auth_group", "auth_group_permissions", "auth_permission",
    "django_content_type", "django_migrations", "django_session", "kind_facts", "kind_wording",
    "procrastinate_events", "procrastinate_jobs", "procrastinate_periodic_defers",
    "procrastinate_workers", "region", "threat_kind",
}  # fmt: skip

# Where any value of the type would not do.
CHOSEN = {("person", "role"): "owner", ("invitation", "role"): "owner", ("threat", "address"): None}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
fresh = count(1_000)


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    optional: bool
    target: str  # the table that a foreign key refers to, or empty


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def tables() -> list[str]:
    """Every table and every partition."""
    ask("SELECT tocsin_kind('scan_rdp'), tocsin_kind('scan_vnc')")
    rows = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') ORDER BY 1"
    )
    return [name for (name,) in rows]


def partitions() -> set[str]:
    return {name for (name,) in ask("SELECT relname FROM pg_class WHERE relispartition")}


def owner_column(table: str) -> str:
    """The column that says whose a row is; empty where rows are the authority's."""
    if table == "organisation":
        return "id"
    return "organisation_id" if "organisation_id" in {one.name for one in columns(table)} else ""


def columns(table: str) -> list[Column]:
    rows = ask(
        "SELECT a.attname, format_type(a.atttypid, NULL),"
        " a.atthasdef OR a.attidentity <> '' OR NOT a.attnotnull,"
        " coalesce((SELECT confrelid::regclass::text FROM pg_constraint c"
        "  WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum]), '')"
        " FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0"
        " AND NOT a.attisdropped ORDER BY a.attnum",
        table,
    )
    return [Column(*row) for row in rows]


def in_order(names: set[str]) -> Iterator[str]:
    """Tables after those that they refer to."""
    left = set(names)
    while left:
        ready = {
            table for table in left if not {one.target for one in columns(table)} & (left - {table})
        }
        assert ready, f"these refer to each other: {left}"
        yield from sorted(ready)
        left -= ready


def new_row(table: str, organisation: int, made: dict[str, Any]) -> dict[str, Any]:
    """A row of the organisation's; `made`: primary keys of its rows in other tables."""
    row: dict[str, Any] = {}
    for one in columns(table):
        if (table, one.name) in CHOSEN:
            row[one.name] = CHOSEN[table, one.name]
        elif one.name == owner_column(table):
            row[one.name] = organisation
        elif one.target in made:
            row[one.name] = made[one.target]
        elif one.name == "kind_id":
            row[one.name] = ask("SELECT min(id) FROM threat_kind")[0][0]
        elif not one.optional:
            row[one.name] = _value(one.type)
    return row


def _value(kind: str) -> Any:
    number = next(fresh)
    values = {
        "boolean": False,
        "bytea": b"%d" % number,
        "date": date(2026, 3, 1),
        "double precision": 0.5,
        "inet": "192.0.2.1",
        "jsonb": "{}",
        "timestamp with time zone": NOW,
        "uuid": uuid4(),
    }
    if "int" in kind:
        return number
    return values.get(kind, f"v{number}")


def insert(table: str, row: dict[str, Any]) -> Any:
    """Its primary key's first column."""
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(["%s"] * len(row))
    (made,) = ask(f'INSERT INTO "{table}" ({names}) VALUES ({places}) RETURNING *', *row.values())
    return made[0]

"""Statements whose plan a connection keeps.

To plan a query on every kind's partition takes longer than to run it.  PostgreSQL keeps the plan of
a prepared statement as long as the connection lasts, also over a rollback, which is why they are
prepared in SQL: psycopg would forget its own ones with each refused request.
"""

import re
from hashlib import blake2b
from typing import Any

from django.db import connection

PLANS = 16  # that a connection keeps
KNOWN = """
    SELECT name FROM pg_prepared_statements
    WHERE starts_with(name, 'planned_') ORDER BY prepare_time"""
GENERIC = "SET LOCAL plan_cache_mode = force_generic_plan; "
_PARAMETER = re.compile(r"%\((\w+)\)s")


def ask(how: str, statement: str, given: dict[str, Any]) -> tuple[Any, ...] | None:
    """The first row of a query.  `how`: settings for its plan and this transaction.

    Each parameter's type must be plain from the statement.
    """
    names = [*dict.fromkeys(_PARAMETER.findall(statement))]
    plan = f"planned_{blake2b((how + statement).encode(), digest_size=16).hexdigest()}"
    with connection.cursor() as cursor:
        cursor.execute(GENERIC + how + KNOWN)
        while cursor.nextset():
            pass
        known = [name for (name,) in cursor.fetchall()]
        if plan not in known:
            for name in known[: max(0, len(known) - PLANS + 1)]:
                cursor.execute(f"DEALLOCATE {name}")
            cursor.execute(f"PREPARE {plan} AS {_numbered(statement, names)}")
        values = ", ".join(f"%({name})s" for name in names)
        cursor.execute(f"EXECUTE {plan} ({values})", given)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _numbered(statement: str, names: list[str]) -> str:
    """With PostgreSQL's own marks for parameters."""
    numbers = {name: f"${at}" for at, name in enumerate(names, start=1)}
    return _PARAMETER.sub(lambda found: numbers[found[1]], statement).replace("%%", "%")

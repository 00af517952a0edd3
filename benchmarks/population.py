"""An installation with millions of threats, made by SQL in minutes, and what is known of them.

`TOCSIN_HOME=… python -m benchmarks.population fill PLAN` fills an installation that has the
organisations and assets already; `facts PLAN` prints what there is to ask for; `copy ORGANISATION`
reads its threats as fast as PostgreSQL gives them; `forget` takes the answers back; `furnish`
adds what pages show besides; `sessions` signs somebody of each role in, and prints their cookies.

The threats' keys are evenly spread, so that how deep a place is in a list can be computed.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

SQL = Path(__file__).parent / "sql"
ZIPF = 0.9
HELD = """
    SELECT count(*) FROM threat WHERE organisation_id = %s
    AND last_report_id NOT IN (SELECT id FROM report WHERE tlp = 'RED')"""
COPY = "COPY (SELECT * FROM threat WHERE organisation_id = {}) TO STDOUT"
PAIRS = 0.006  # of an organisation and a kind that are counted each day, for each threat
TOKENS = {"member": "owner", "analyst": "analyst"}
LARGEST = """
    SELECT organisation_id FROM asset WHERE form = 'prefix'
    GROUP BY organisation_id ORDER BY count(*) DESC, organisation_id LIMIT 1"""
SAMPLED = {f"v{n}": f"family(address) = {n} AND state BETWEEN 1 AND 5" for n in (4, 6)}


@dataclass(frozen=True)
class Plan:
    """`large`: about how many of the threats are the largest organisation's."""

    threats: int
    large: int
    organisations: int = 2_000
    prefixes: int = 1_000_000
    kinds: int = 150
    reports: int = 50_000


@dataclass(frozen=True)
class Facts:
    """`kinds`: (number, name, class, threats) by number; `held`: the large organisation's,
    of no TLP:RED
    report; `tokens` by role; `addresses`: some that threats are on, IPv4 and IPv6, of the large
    organisation and of others; `ids` the same of threats; `now`: of the threats."""

    now: datetime
    organisation: int
    held: int
    kinds: list[tuple[int, str, str, int]]
    tokens: dict[str, str]
    addresses: dict[str, list[str]]
    ids: dict[str, list[str]]


def sizes(threats: int, kinds: int) -> list[int]:
    """How many threats each kind has: a Zipf law, at least one, together `threats`."""
    weights = [rank**-ZIPF for rank in range(1, kinds + 1)]
    found = [max(1, int(threats * weight / sum(weights))) for weight in weights]
    found[0] += threats - sum(found)
    return found


def place(sizes: Sequence[tuple[int, int]], depth: float) -> tuple[int, UUID]:
    """(kind, key) at a share `depth` of a list by kind and key; `sizes`: (kind, its threats)."""
    left = depth * sum(size for _, size in sizes)
    for kind, size in sizes:
        if left < size:
            return kind, UUID(int=int(left / size * 2**128))
        left -= size
    return sizes[-1][0], UUID(int=2**128 - 1)


def load(text: str) -> Facts:
    """What `facts` printed."""
    found: dict[str, Any] = json.loads(text)
    found["now"] = datetime.fromisoformat(found["now"])
    found["kinds"] = [tuple(kind) for kind in found["kinds"]]
    return Facts(**found)


def dump(facts: Facts) -> str:
    return json.dumps(asdict(facts), default=str)


def fill(plan: Plan) -> None:
    """As the tables' owner, a transaction a kind."""
    now = _today()
    large, others = _prepare(plan, now)
    first_report = _one("SELECT min(id) FROM report")
    for (name, _), size in zip(_names(plan.kinds), sizes(plan.threats, plan.kinds), strict=True):
        _run(
            "threats", {"now": now}, kind=_one("SELECT tocsin_kind(%s)", [name]), size=size,
            large=large, others=others, large_share=round(plan.large / plan.threats * 10_000),
            first_report=first_report, reports=plan.reports,
        )  # fmt: skip
    _run("disputes", {})
    for table in ("threat", "dispute", "report"):
        _do(f"VACUUM ANALYZE {table}")


def facts(plan: Plan) -> Facts:
    """Of a filled installation; makes its people and their tokens."""
    organisation = _one(LARGEST)
    named = zip(_names(plan.kinds), sizes(plan.threats, plan.kinds), strict=True)
    return Facts(
        now=_one("SELECT max(received_at) FROM report"),
        organisation=organisation,
        held=_one(HELD, [organisation]),
        kinds=[
            (_one("SELECT tocsin_kind(%s)", [name]), name, class_, size)
            for (name, class_), size in named
        ],
        tokens=_tokens(organisation),
        addresses=_samples("host(address)", organisation, SAMPLED),
        ids=_samples("key", organisation, {"": "true"}),
    )


def forget() -> None:
    """The threats as they were before they were answered."""
    _run("forget_answers", {})


def furnish(plan: Plan) -> None:
    """400 days of counts and of the feed's health, and a year's alerts."""
    now = _today()
    _do("SET work_mem = '256MB'; SET synchronous_commit = off")
    _do("ALTER TABLE daily_count DROP CONSTRAINT daily_count_once")
    _run("daily_counts", {"now": now, "pairs": plan.threats * PAIRS})
    _do(
        "ALTER TABLE daily_count ADD CONSTRAINT daily_count_once"
        " UNIQUE NULLS NOT DISTINCT (organisation_id, kind_id, day)"
    )
    _run("feed_days", {"now": now})
    _run("alerts", {"now": now, "weeks": 52})
    for table in ("daily_count", "feed_day", "alert", "delivery"):
        _do(f"VACUUM ANALYZE {table}")


def sessions() -> dict[str, str]:
    """By role a session's cookie; members are the largest organisation's."""
    from tocsin.access.actions import add_person
    from tocsin.access.models import MEMBER_ROLES, Person, Role
    from tocsin.database.scope import staff_scope

    name = _one("SELECT name FROM organisation WHERE id = %s", [_one(LARGEST)])
    found = {}
    for role in Role:
        email, whose = f"{role}.page@bench.example", name if role in MEMBER_ROLES else ""
        with staff_scope():
            person = Person.objects.filter(email=email).first()
        person = person or add_person(email, role, datetime.now(UTC), whose)
        found[role.value] = _cookie(person)
    return found


def _cookie(person: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tocsin.access.sessions import begin_session
    from tocsin.database.scope import staff_scope
    from tocsin.web.sessions import BACKEND, NUMBER

    store = SessionStore()
    with staff_scope():
        begun = begin_session(person, "bench", "127.0.0.1", True, datetime.now(UTC))
        store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
        store[HASH_SESSION_KEY], store[NUMBER] = person.get_session_auth_hash(), begun.pk
        store.create()
    return str(store.session_key)


def copy(organisation: int) -> dict[str, float]:
    """The floor of an export: PostgreSQL's COPY of an organisation's threats as they are."""
    from django.db import connection

    from tocsin.database.scope import staff_scope

    rows, started = 0, time.perf_counter()
    with (
        staff_scope(),
        connection.cursor() as cursor,
        cursor.copy(COPY.format(organisation)) as out,
    ):
        for _ in out:
            rows += 1
    return {"rows": rows, "seconds": time.perf_counter() - started}


def _prepare(plan: Plan, now: datetime) -> tuple[int, int]:
    """How many prefixes the large organisation has, and how many the others."""
    _do("SET work_mem = '256MB'; SET synchronous_commit = off")
    _run("holdings", {})
    _run("reports", {"now": now, "reports": plan.reports})
    large = _one("SELECT count(*) FROM holding WHERE large")
    return large, _one("SELECT count(*) FROM holding") - large


def _today() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _names(count: int) -> list[tuple[str, str]]:
    """(name, class) of kinds that are shipped, of every class."""
    from tocsin.kinds.catalogue import all_kinds

    kinds = list(all_kinds().values())
    step = len(kinds) / count
    return [(one.name, one.class_) for one in (kinds[int(n * step)] for n in range(count))]


def _tokens(organisation: int) -> dict[str, str]:
    from tocsin.access.actions import add_person
    from tocsin.access.models import Role
    from tocsin.access.scopes import scopes_of
    from tocsin.access.tokens import make_token

    name = _one("SELECT name FROM organisation WHERE id = %s", [organisation])
    made, now = {}, datetime.now(UTC)
    for who, role in TOKENS.items():
        whose = name if who == "member" else ""
        person = add_person(f"{who}@bench.example", Role(role), now, whose)
        made[who] = make_token(person, "bench", scopes_of(role), now)[0]
    return made


def _samples(column: str, organisation: int, conditions: dict[str, str]) -> dict[str, list[str]]:
    """Some values of the large organisation's threats and of the others', of what may be told."""
    whose = {"own": "=", "others": "<>"}
    query = (
        f"SELECT {column}::text FROM threat"  # noqa: S608
        " WHERE ({}) AND organisation_id {} %s AND key > %s::uuid AND key < %s::uuid"
        " AND last_report_id NOT IN (SELECT id FROM report WHERE tlp = 'RED')"
        " ORDER BY kind_id, key LIMIT 300"
    )
    start = [UUID(int=2**127), UUID(int=2**127 + 2**121)]
    return {
        f"{name} {which}".strip(): _column(query.format(condition, sign), [organisation, *start])
        for name, sign in whose.items()
        for which, condition in conditions.items()
    }


def _run(name: str, values: dict[str, Any], **parts: Any) -> None:
    statement = (SQL / f"{name}.sql").read_text()
    with _cursor() as cursor:
        cursor.execute(statement.format(**parts) if parts else statement, values)


def _do(statement: str) -> None:
    with _cursor() as cursor:
        cursor.execute(statement)


def _one(query: str, values: Sequence[Any] = ()) -> Any:
    return _column(query, values)[0]


def _column(query: str, values: Sequence[Any]) -> list[Any]:
    with _cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def _cursor() -> Any:
    from django.db import connections

    return connections["owner"].cursor()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    from tocsin.database.setup import open_database

    open_database()
    _do("SET tocsin.staff = 'on'")
    match sys.argv[1:]:
        case ["fill", plan]:
            fill(Plan(**json.loads(plan)))
        case ["facts", plan]:
            sys.stdout.write(dump(facts(Plan(**json.loads(plan)))))
        case ["copy", organisation]:
            sys.stdout.write(json.dumps(copy(int(organisation))))
        case ["furnish", plan]:
            furnish(Plan(**json.loads(plan)))
        case ["sessions"]:
            sys.stdout.write(json.dumps(sessions()))
        case _:
            forget()


if __name__ == "__main__":
    main()

"""One chunk of a report into PostgreSQL: COPY into staging, in key order, then folded in.

Runs inside the report's transaction, which holds the kind's lock.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from tocsin.kinds.catalogue import Kind
from tocsin.kinds.catalogue import kind as kind_of
from tocsin.notices import announcements as notices
from tocsin.threats.folding import Folded
from tocsin.threats.models import ThreatKind
from tocsin.threats.rules import GRACE
from tocsin.threats.staging import copy_rows
from tocsin.threats.states import RECURRENCE_DAYS
from tocsin.webhooks.announcements import claims_contradicted

SQL = Path(__file__).parent / "sql"
STAGING = (SQL / "staging.sql").read_text()
FOLD = (SQL / "fold.sql").read_text()
BACK = (SQL / "back.sql").read_text()
REOPENED = (SQL / "reopened.sql").read_text()
CONFLICT = (SQL / "conflict.sql").read_text()
DAILY = (SQL / "daily.sql").read_text()
COPY = "COPY staging FROM STDIN (FORMAT BINARY)"
LOCK_CLASS = 7101


@dataclass
class Counts:
    """Per organisation (0 nobody): what one report's rows of one kind came to."""

    observations: Counter[int] = field(default_factory=Counter)
    threats: Counter[int] = field(default_factory=Counter)
    new: Counter[int] = field(default_factory=Counter)
    reopened: Counter[int] = field(default_factory=Counter)


def lock_kind(name: str) -> int:
    """The kind's number, its partition made if need be, and nobody else writing it until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tocsin_kind(%s)", [name])
        number: int = cursor.fetchone()[0]
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, number])
    return number


def write(
    folded: Folded,
    kind: Kind,
    number: int,
    report_id: int,
    day: date,
    now: datetime,
    counts: Counts,
) -> None:
    """Fold the chunk into the threats and add to the counts."""
    values: dict[str, Any] = {
        "kind": number,
        "report": report_id,
        "day": day,
        "now": now,
        "scan": kind.nature == "scan",
        "recurrence_days": RECURRENCE_DAYS,
    }
    _stage(folded)
    for organisation, new in run(FOLD, number, values):
        counts.new[organisation] += new
    if values["scan"]:
        run(BACK, number, values)
    for organisation, reopened in run(REOPENED, number, values):
        counts.reopened[organisation] += reopened
    contradict(number, _latest(folded), now)
    _add(counts.observations, folded.organisation, folded.times_seen)
    _add(counts.threats, folded.organisation, np.ones(len(folded.key), np.int32))


def contradict(number: int, seen: datetime, now: datetime) -> None:
    """Turn claims that were contradicted into conflicts; nothing of the kind was seen after
    `seen` that has not been looked at yet."""
    values = {"kind": number, "seen": seen, "grace": GRACE, "now": now}
    contradicted: Counter[int] = Counter()
    for organisation, threats in run(CONFLICT, number, values):
        contradicted[organisation] = threats
    if contradicted:
        name = ThreatKind.objects.get(pk=number).name
        claims_contradicted(name, contradicted, now)
        notices.claims_contradicted(name, kind_of(name).title, contradicted, now)


def _latest(folded: Folded) -> datetime:
    return datetime.fromtimestamp(int(folded.last_seen.max()) / 1_000_000, UTC)


def _stage(folded: Folded) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        with cursor.cursor.copy(COPY) as copy:
            copy.write(copy_rows(folded))


def run(statement: str, number: int, values: Mapping[str, Any]) -> list[tuple[int, ...]]:
    """A named statement on the kind's own partition; its rows, if it gives any."""
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{partition}", f"threat_{number}"), values)
        return cursor.fetchall() if cursor.description else []


def _add(
    counter: Counter[int], organisation: npt.NDArray[np.int32], number: npt.NDArray[np.int32]
) -> None:
    which, where = np.unique(organisation, return_inverse=True)
    sums = np.bincount(where, weights=number).astype(np.int64)
    counter.update(dict(zip(which.tolist(), sums.tolist(), strict=True)))


def add_daily(counts: Counts, number: int, day: date) -> None:
    """Also of those whose threats are here without an observation: re-routed to them."""
    organisations = sorted({*counts.observations, *counts.new, *counts.reopened})
    with connection.cursor() as cursor:
        cursor.execute(
            DAILY,
            {
                "kind": number,
                "organisation": organisations,
                "day": [day] * len(organisations),
                **{
                    name: [getattr(counts, name)[one] for one in organisations]
                    for name in ("observations", "threats", "new", "reopened")
                },
            },
        )

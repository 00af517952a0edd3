"""Brings threats' states up to the days that their feeds delivered.

Runs under the kind's lock, before a later day's report is taken and after the last one, so that
the outcome does not depend on how many files one command was given.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Max

from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay
from tocsin.kinds.catalogue import kind as kind_of
from tocsin.threats.bulk import SQL, lock_kind, run
from tocsin.threats.rules import (
    Closing,
    Delivered,
    closings,
    expiry,
    healthy_days,
    out_of_sight,
)
from tocsin.threats.states import State

CLOSE = (SQL / "close.sql").read_text()
CAUSES = {State.GONE: "not in the last healthy scans", State.LOST: "not seen for its window"}


def sweep_kind(name: str, number: int, now: datetime, before: date | None = None) -> int:
    """Take in the kind's days that no sweep has yet, those earlier than `before` only.

    Returns how many threats changed.  The caller holds the kind's lock.
    """
    days = FeedDay.objects.filter(kind=name)
    waiting = days.filter(swept=False)
    if before:
        waiting = waiting.filter(day__lt=before)
    unswept = sorted(set(waiting.values_list("day", flat=True)))
    if not unswept:
        return 0
    kind = kind_of(name)
    delivered = _delivered(name)
    if kind.nature == "scan":
        state, found = State.GONE, closings(healthy_days(delivered), unswept)
    else:
        state, found = State.LOST, [expiry(unswept[-1], kind.window_days)]
    # Before the first delivery there is nothing to close: the table need not be read.
    oldest = min(one.day for one in delivered)
    changed = sum(_close(number, one, state, now) for one in found if one.cutoff > oldest)
    waiting.update(swept=True)
    return changed


def sweep_all(now: datetime) -> int:
    """Every kind with days waiting, each in a transaction of its own; then what is out of sight."""
    with staff_scope():
        names = list(FeedDay.objects.values_list("kind", flat=True).distinct().order_by("kind"))
    return sum(_sweep_one(name, now) for name in names)


def _sweep_one(name: str, now: datetime) -> int:
    with staff_scope():
        number = lock_kind(name)
        return sweep_kind(name, number, now) + _lose_sight(name, number, now)


def _lose_sight(name: str, number: int, now: datetime) -> int:
    if kind_of(name).nature != "scan":
        return 0
    feeds = FeedDay.objects.filter(kind=name).values("feed")
    until = FeedDay.objects.filter(feed__in=feeds).aggregate(Max("day"))["day__max"]
    closing = out_of_sight(healthy_days(_delivered(name)), until)
    return _close(number, closing, State.LOST, now) if closing else 0


def _delivered(name: str) -> list[Delivered]:
    rows = FeedDay.objects.filter(kind=name).values_list("feed_id", "stream", "day", "state")
    return [
        Delivered(f"{feed}/{stream}", day, state == "healthy") for feed, stream, day, state in rows
    ]


def _close(number: int, closing: Closing, state: State, now: datetime) -> int:
    values: dict[str, Any] = {
        "kind": number,
        "day": closing.day,
        "cutoff": closing.cutoff,
        "state": int(state),
        "now": now,
        "cause": CAUSES[state],
    }
    return int(run(CLOSE, number, values)[0][0])

"""Brings threats' states up to the days that their feeds delivered.

Runs under the kind's lock, before a later day's report is taken and after the last one, so that
the outcome does not depend on how many files one command was given.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Min, Q

from tocsin.database.patience import patiently
from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay
from tocsin.kinds import kept
from tocsin.kinds.catalogue import kind as kind_of
from tocsin.threats.bulk import SQL, contradict, lock_kind, run
from tocsin.threats.rules import (
    GRACE,
    OUT_OF_SIGHT_AFTER,
    Delivered,
    Ending,
    endings_of_events,
    endings_of_scan,
    healthy_days,
    may_be_out_of_sight,
)

CLOSE = (SQL / "close.sql").read_text()
WITHDRAW = (SQL / "withdraw.sql").read_text()
STIRRING = (SQL / "stirring.sql").read_text()
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
LOST = {"scan": "no healthy scan for 30 days", "event": "not seen for its window"}


def sweep_kind(name: str, number: int, now: datetime, before: date | None = None) -> int:
    """Take in the kind's days that no sweep has yet, those earlier than `before` only.

    Returns how many threats were closed.  The caller holds the kind's lock.
    """
    waiting = FeedDay.objects.filter(kind=name, swept=False)
    if before:
        waiting = waiting.filter(day__lt=before)
    unswept = waiting.order_by("day").values_list("day", flat=True).first()
    if unswept is None and not _silent(name, before):
        return 0
    delivered = _delivered(name)
    healthy = healthy_days(delivered)
    since = unswept or (healthy[-1] if healthy else date.min)
    # Nothing was seen last before the first delivery: for that the table need not be read.
    oldest = min(one.day for one in delivered)
    endings = [
        one
        for one in _endings(name, delivered, healthy, before)
        if one.day >= since and one.until > oldest
    ]
    if _decided_before(name, healthy, since):
        _run(WITHDRAW, name, number, now, endings, since)
        contradict(number, END_OF_TIME, now)
    closed = _run(CLOSE, name, number, now, endings, since) if endings else 0
    waiting.update(swept=True)
    return closed


def sweep_all(now: datetime) -> int:
    """Every kind that has something waiting, each in a transaction of its own."""
    with staff_scope(), connection.cursor() as cursor:
        kept.refresh()
        cursor.execute(STIRRING, {"days": OUT_OF_SIGHT_AFTER.days})
        names = [name for (name,) in cursor.fetchall()]
    return sum(_sweep_one(name, now) for name in names)


def sweep_again(name: str, number: int, last_day: date, now: datetime) -> None:
    """Threats last in a report of `last_day`, which no sweep looked at, are current again: take
    in once more what was delivered since.  The caller holds the kind's lock."""
    later = FeedDay.objects.filter(kind=name, day__gt=last_day)
    if first := later.aggregate(Min("day"))["day__min"]:
        later.filter(day=first).update(swept=False)
    sweep_kind(name, number, now)


@patiently
def _sweep_one(name: str, now: datetime) -> int:
    with staff_scope():
        return sweep_kind(name, lock_kind(name), now)


def _silent(name: str, before: date | None) -> bool:
    """Whether a kind that has nothing waiting may be out of sight."""
    if kind_of(name).nature != "scan":
        return False
    latest = FeedDay.objects.filter(kind=name, state="healthy").aggregate(Max("day"))["day__max"]
    return latest is not None and (before is None or before - latest > OUT_OF_SIGHT_AFTER)


def _endings(
    name: str, delivered: Sequence[Delivered], healthy: list[date], before: date | None
) -> list[Ending]:
    kind = kind_of(name)
    if kind.nature != "scan":
        return endings_of_events(healthy, kind.window_days)
    feeds = FeedDay.objects.filter(kind=name).values("feed")
    days = FeedDay.objects.filter(feed__in=feeds)
    if before:
        days = days.filter(day__lt=before)
    until = days.aggregate(Max("day"))["day__max"] or date.min
    if not may_be_out_of_sight(healthy, until):
        return endings_of_scan(healthy, ())
    return endings_of_scan(healthy, days.order_by("day").values_list("day", flat=True).distinct())


def _decided_before(name: str, healthy: list[date], since: date) -> bool:
    """Whether an earlier sweep may have decided something for this day, or for later ones."""
    earlier = [day for day in healthy if day < since]
    later = Q(day__gt=since) | Q(day=since, swept=True)
    return may_be_out_of_sight(earlier, since) or (
        FeedDay.objects.filter(later, kind=name).exists()
    )


def _delivered(name: str) -> list[Delivered]:
    rows = FeedDay.objects.filter(kind=name).values_list("feed_id", "stream", "day", "state")
    return [
        Delivered(f"{feed}/{stream}", day, state == "healthy") for feed, stream, day, state in rows
    ]


def _run(
    statement: str,
    name: str,
    number: int,
    now: datetime,
    endings: Sequence[Ending],
    since: date,
) -> int:
    values: dict[str, Any] = {
        "kind": number,
        "now": now,
        "since": since,
        "lost": LOST[kind_of(name).nature],
        "grace": GRACE,
        **{
            field: [getattr(one, field) for one in endings]
            for field in ("first", "until", "day", "state")
        },
    }
    return int(run(statement, number, values)[0][0])

"""What the demo came to, read from the database: the same however often it was told."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay, Report
from tocsin.threats.models import DailyCount
from tocsin.web.status import Status, status


@dataclass(frozen=True)
class Day:
    """One day's reports.  `unhealthy`: kinds of which nothing, or too little, came."""

    day: date
    files: int
    observations: int
    refused: int
    new: int
    reopened: int
    gone: int
    unhealthy: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    whole: Status
    days: tuple[Day, ...]


def numbers() -> Numbers:
    with staff_scope():
        return Numbers(status(), _days())


def _days() -> tuple[Day, ...]:
    gone = dict(DailyCount.objects.values_list("day").annotate(Sum("gone")).order_by("day"))
    sums = [Sum(name) for name in ("observations", "refused", "threats_new", "threats_reopened")]
    rows: list[tuple[Any, ...]] = list(
        Report.objects.values_list("day").annotate(Count("pk"), *sums).order_by("day")
    )
    return tuple(
        Day(day, files, observations, refused, new, reopened, gone.get(day, 0), _unhealthy(day))
        for day, files, observations, refused, new, reopened in rows
    )


def _unhealthy(day: date) -> tuple[str, ...]:
    """Kinds that other days have and this has not, or not enough of."""
    healthy = FeedDay.objects.filter(day=day, state="healthy").values("kind")
    kinds = FeedDay.objects.exclude(kind__in=healthy).values_list("kind", flat=True)
    return tuple(kinds.distinct().order_by("kind"))

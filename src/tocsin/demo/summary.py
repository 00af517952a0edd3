"""What the demo came to, read from the database: the same however often it was told."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Sum

from tocsin.alerts.models import Alert, Delivery
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay, RefusedRow, Report
from tocsin.threats.models import DailyCount
from tocsin.threats.states import State
from tocsin.web.figures import tallies


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
    """`threats`: by state's name.  `unattributed`: current threats that nobody answers for."""

    days: tuple[Day, ...]
    reports: int
    observations: int
    refused: int
    reasons: dict[str, int]
    threats: dict[str, int]
    unattributed: int
    organisations: int
    organisations_alerted: int
    deliveries: dict[str, int]
    outbox: str
    mails: int


def numbers() -> Numbers:
    with staff_scope():
        days = _days()
        found = tallies()
        outbox = settings.TOCSIN_HOME / "outbox"
        return Numbers(
            days=days,
            reports=sum(day.files for day in days),
            observations=sum(day.observations for day in days),
            refused=RefusedRow.objects.count(),
            reasons=_counts(RefusedRow, "reason"),
            threats={
                state.name.lower(): found.whole.states[state]
                for state in State
                if found.whole.states[state]
            },
            unattributed=found.organisations[None].current,
            organisations=Organisation.objects.count(),
            organisations_alerted=Alert.objects.aggregate(n=Count("organisation", distinct=True))[
                "n"
            ],
            deliveries=_counts(Delivery, "state"),
            outbox=str(outbox),
            mails=len(list(outbox.glob("*.eml"))),
        )


def _days() -> tuple[Day, ...]:
    gone = dict(DailyCount.objects.values_list("day").annotate(n=Sum("gone")).order_by("day"))
    columns = ("observations", "refused", "threats_new", "threats_reopened")
    rows = Report.objects.values("day").annotate(
        files=Count("pk"), **{f"n_{name}": Sum(name) for name in columns}
    )
    return tuple(
        Day(
            row["day"],
            row["files"],
            *(row[f"n_{name}"] for name in columns),
            gone=gone.get(row["day"], 0),
            unhealthy=_unhealthy(row["day"]),
        )
        for row in rows.order_by("day")
    )


def _unhealthy(day: date) -> tuple[str, ...]:
    """Kinds that other days have and this has not, or not enough of."""
    healthy = FeedDay.objects.filter(day=day, state="healthy").values("kind")
    kinds = FeedDay.objects.exclude(kind__in=healthy).values_list("kind", flat=True)
    return tuple(kinds.distinct().order_by("kind"))


def _counts(model: type[RefusedRow] | type[Delivery], field: str) -> dict[str, int]:
    counts = model.objects.values_list(field).annotate(n=Count("pk"))
    return dict(counts.order_by(field))

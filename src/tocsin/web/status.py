"""An installation in numbers, for `tocsin status` and for machines."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Sum

from tocsin.alerts import mailbox
from tocsin.alerts.models import Alert, Delivery
from tocsin.alerts.to_read import waiting_mails
from tocsin.constituency.models import Organisation, RefusedListRow
from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay, RefusedRow, Report
from tocsin.threats.states import State
from tocsin.web.figures import counted_now

REFUSED_SHOWN = 10


@dataclass(frozen=True)
class FeedStatus:
    """What came of a feed; `unhealthy`: days of its kinds that prove nothing."""

    name: str
    reports: int
    observations: int
    refused: int
    last_day: date
    last_report: datetime
    unhealthy: int


@dataclass(frozen=True)
class Status:
    """`rows` = `observations` + `refused` for the rows of reports; `refused` also counts files
    that could not be read at all, `refused_of_lists` rows of organisations and assets.  `threats`:
    by state's name.  `unattributed`: current threats that nobody answers for.  `outbox`: where
    mails go without SMTP, empty where SMTP is set.
    `mailbox`: where mails to us are read, empty where none is set; `mailbox_trouble`: why they
    are not seen at the moment."""

    home: str
    reports: int
    rows: int
    observations: int
    refused: int
    refused_reasons: dict[str, int]
    refused_of_lists: int
    threats: dict[str, int]
    unattributed: int
    organisations: int
    organisations_alerted: int
    alerts: int
    deliveries: dict[str, int]
    outbox: str
    mails: int
    mailbox: str
    mailbox_trouble: str
    mails_to_read: int
    feeds: list[FeedStatus]


def status() -> Status:
    with staff_scope():
        sums = Report.objects.aggregate(
            number=Count("pk"), rows=Sum("rows"), observations=Sum("observations")
        )
        threats = counted_now()
        outbox = settings.TOCSIN_HOME / "outbox"
        return Status(
            home=str(settings.TOCSIN_HOME),
            reports=sums["number"],
            rows=sums["rows"] or 0,
            observations=sums["observations"] or 0,
            refused=RefusedRow.objects.count(),
            refused_reasons=_by(RefusedRow, "reason"),
            refused_of_lists=RefusedListRow.objects.count(),
            threats={state.name.lower(): threats.whole.states[state] for state in State},
            unattributed=threats.organisations[None].current,
            organisations=Organisation.objects.count(),
            organisations_alerted=Alert.objects.values("organisation").distinct().count(),
            alerts=Alert.objects.count(),
            deliveries=_by(Delivery, "state"),
            outbox="" if settings.EMAIL_HOST else str(outbox),
            mails=_mails(outbox),
            mailbox=mailbox.place(),
            mailbox_trouble=mailbox.trouble(datetime.now(UTC)),
            mails_to_read=waiting_mails(),
            feeds=_feeds(),
        )


def refused_rows(count: int = REFUSED_SHOWN) -> list[RefusedRow]:
    """The latest rows that were refused."""
    with staff_scope():
        return list(RefusedRow.objects.order_by("-pk")[:count])


def _by(model: "type[RefusedRow] | type[Delivery]", column: str) -> dict[str, int]:
    counted = model.objects.order_by(column).values_list(column).annotate(Count("pk"))
    return dict(counted)


def _mails(outbox: Path) -> int:
    return sum(1 for _ in outbox.glob("*.eml"))


def _feeds() -> list[FeedStatus]:
    rows = (
        Report.objects.values("feed_id", "feed__name")
        .annotate(
            number=Count("pk"),
            taken=Sum("observations"),
            not_taken=Sum("refused"),
            day_max=Max("day"),
            last=Max("received_at"),
        )
        .order_by("feed__name")
    )
    unhealthy = dict(
        FeedDay.objects.exclude(state="healthy").values_list("feed_id").annotate(Count("pk"))
    )
    return [
        FeedStatus(
            name=row["feed__name"],
            reports=row["number"],
            observations=row["taken"],
            refused=row["not_taken"],
            last_day=row["day_max"],
            last_report=row["last"],
            unhealthy=unhealthy.get(row["feed_id"], 0),
        )
        for row in rows
    ]

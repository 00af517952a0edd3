"""For staff: the organisations, the feeds and their health, what they delivered and what of it
was refused."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Annotated

from django.db.models import Max
from pydantic import Field

from tocsin.access.scopes import Scope
from tocsin.constituency.models import Organisation
from tocsin.intake.models import Feed, FeedDay, RefusedRow, Report
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Cursor, Limit, Shown, page_of
from tocsin.web.api.replies import Reply
from tocsin.web.api.resource import Resource
from tocsin.web.gate import ANALYST, STATISTICS

DAYS = 14
WORST = ("refused", "short", "healthy")
router = Resource("Staff")


class OrganisationListed(Shown):
    id: int
    name: str
    kind: str
    region: str | None
    sector: str
    language: str
    suspended: bool
    released_at: Annotated[
        datetime | None, Field(description="First alert released by an analyst.")
    ]


class OrganisationsPage(Shown):
    items: list[OrganisationListed]
    next: str | None


class DayShown(Shown):
    """`state`: the worst of its kinds and streams: healthy, short or refused."""

    day: date
    rows: int
    refused: int
    state: str


class FeedShown(Shown):
    """`days`: of the last 14 days of any feed; a day that is not there delivered nothing."""

    name: str
    enabled: bool
    last_report_at: datetime | None
    days: list[DayShown]


class FeedsPage(Shown):
    items: list[FeedShown]
    next: str | None


class ReportShown(Shown):
    digest: Annotated[str, Field(description="SHA-256 of the file.")]
    feed: str
    name: str
    kinds: list[str]
    day: date
    received_at: datetime
    rows: int
    observations: int
    refused: int
    tlp: str
    notes: list[str]


class ReportsPage(Shown):
    items: list[ReportShown]
    next: str | None


class RefusedRowShown(Shown):
    """`text`: the row, with secrets withheld; `report` empty: the file could not be read at all."""

    file: str
    line: int
    reason: str
    detail: str
    text: str
    refused_at: datetime


class RefusedPage(Shown):
    items: list[RefusedRowShown]
    next: str | None


@router.read("/organisations", roles=STATISTICS, scope=Scope.STAFF_READ, answer=OrganisationsPage)
def list_organisations(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """The members of the exchange."""
    rows = Organisation.objects.select_related("region")
    return page_of(request, rows, _organisation, cursor, limit, latest_first=False)


@router.read("/feeds", roles=STATISTICS, scope=Scope.STAFF_READ, answer=FeedsPage)
def list_feeds(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """The feeds, each with its last two weeks."""
    days = _days()

    def shown(feed: Feed) -> FeedShown:
        return FeedShown(
            name=feed.name,
            enabled=feed.enabled,
            last_report_at=feed.last_report_at,
            days=days[feed.pk],
        )

    return page_of(request, Feed.objects.all(), shown, cursor, limit, latest_first=False)


@router.read("/reports", roles=STATISTICS, scope=Scope.STAFF_READ, answer=ReportsPage)
def list_reports(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """The files that the feeds delivered, the latest first."""
    rows = Report.objects.select_related("feed").defer("segments")
    return page_of(request, rows, _report, cursor, limit)


@router.read("/refused", roles=ANALYST, scope=Scope.STAFF_READ, answer=RefusedPage)
def list_refused(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """Each row of a report that was not taken, the latest first."""
    return page_of(request, RefusedRow.objects.all(), _refused, cursor, limit)


def _days() -> defaultdict[int, list[DayShown]]:
    found: defaultdict[int, list[DayShown]] = defaultdict(list)
    last = FeedDay.objects.aggregate(last=Max("day"))["last"]
    if last is None:
        return found
    streams: defaultdict[tuple[int, date], list[FeedDay]] = defaultdict(list)
    for one in FeedDay.objects.filter(day__gt=last - timedelta(days=DAYS)).order_by("day"):
        streams[one.feed_id, one.day].append(one)
    for (feed, day), several in streams.items():
        found[feed].append(
            DayShown(
                day=day,
                rows=sum(one.rows for one in several),
                refused=sum(one.refused for one in several),
                state=min((one.state for one in several), key=WORST.index),
            )
        )
    return found


def _organisation(one: Organisation) -> OrganisationListed:
    return OrganisationListed(
        id=one.pk,
        name=one.name,
        kind=one.kind,
        region=one.region.name if one.region else None,
        sector=one.sector,
        language=one.language,
        suspended=one.suspended,
        released_at=one.released_at,
    )


def _report(one: Report) -> ReportShown:
    return ReportShown(
        digest=bytes(one.digest).hex(),
        feed=one.feed.name,
        name=one.name,
        kinds=one.kinds,
        day=one.day,
        received_at=one.received_at,
        rows=one.rows,
        observations=one.observations,
        refused=one.refused,
        tlp=one.tlp,
        notes=one.notes,
    )


def _refused(one: RefusedRow) -> RefusedRowShown:
    return RefusedRowShown(
        file=one.file,
        line=one.line,
        reason=one.reason,
        detail=one.detail,
        text=one.text,
        refused_at=one.refused_at,
    )

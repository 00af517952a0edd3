"""What the feeds delivered: day by day, file by file, and what was refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tocsin.constituency.models import RefusedListRow
from tocsin.intake.models import FeedDay, RefusedRow, Report
from tocsin.kinds.catalogue import kind
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.pages import page_of

DAYS, SIZE = 14, 50
MISSING = "missing"
SAYS = {
    "healthy": "as usual",
    "short": "far fewer rows than usual",
    "refused": "too many rows refused",
    MISSING: "nothing delivered",
}
WORST = ("refused", MISSING, "short", "healthy")


@dataclass(frozen=True)
class Cell:
    """One kind on one day; `rows` is None where nothing came, `state` empty before the first."""

    state: str
    rows: int | None
    title: str


@dataclass(frozen=True)
class Line:
    """One feed's kind, with a cell for each day."""

    feed: str
    kind: str
    title: str
    cells: list[Cell]


@gate.only(gate.STATISTICS)
def feeds(request: HttpRequest) -> HttpResponse:
    """A calendar: kinds down, days across."""
    days = _days()
    lines = _lines(days)
    cells = [cell for line in lines for cell in line.cells]
    counts = {state: sum(cell.state == state for cell in cells) for state in SAYS}
    context = {"days": days, "lines": lines, "counts": counts, "says": SAYS}
    return render(request, "feeds.html", context)


@gate.only(gate.STATISTICS)
def reports(request: HttpRequest) -> HttpResponse:
    """The files, latest first, with the notes on each."""
    rows = Report.objects.select_related("feed").defer("segments", "digest")
    return render(request, "reports.html", {"page": page_of(request, rows, ("-day", "-pk"), SIZE)})


@gate.only(gate.ANALYST)
def refused(request: HttpRequest) -> HttpResponse:
    """Each row of a report that was not taken, latest first."""
    return _refused(request, RefusedRow.objects.all())


@gate.only(gate.ANALYST)
def refused_lists(request: HttpRequest) -> HttpResponse:
    """Each row of a list of organisations or assets that was not taken."""
    return _refused(request, RefusedListRow.objects.all())


def _refused(request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    counts = {
        "refused": RefusedRow.objects.count(),
        "refused-lists": RefusedListRow.objects.count(),
    }
    of = {"refused": "reports", "refused-lists": "lists of organisations and assets"}
    context = {
        "page": page_of(request, rows, ("-pk",), SIZE),
        "counts": [(page, words, counts[page]) for page, words in of.items()],
    }
    return render(request, "refused.html", context)


def _days() -> list[date]:
    known = FeedDay.objects.aggregate(first=Min("day"), last=Max("day"))
    last = known["last"] or now().date()
    first = max(known["first"] or last, last - timedelta(days=DAYS - 1))
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def _lines(days: list[date]) -> list[Line]:
    delivered: dict[tuple[str, str], dict[date, list[FeedDay]]] = {}
    rows = FeedDay.objects.select_related("feed").filter(day__range=(days[0], days[-1]))
    for row in rows.order_by("feed__name", "kind", "day", "stream"):
        line = delivered.setdefault((row.feed.name, row.kind), {})
        line.setdefault(row.day, []).append(row)
    return [
        Line(feed, name, kind(name).title, [_cell(by_day.get(day, []), day) for day in days])
        for (feed, name), by_day in delivered.items()
    ]


def _cell(streams: list[FeedDay], day: date) -> Cell:
    """The worst of the day's streams."""
    if not streams:
        return Cell(MISSING, None, f"{day}: {SAYS[MISSING]}")
    state = min((each.state for each in streams), key=WORST.index)
    rows, refused = (sum(getattr(each, name) for each in streams) for name in ("rows", "refused"))
    usual = sum(each.usual or 0 for each in streams)
    title = f"{day}: {rows} rows, {refused} refused; {SAYS[state]}"
    return Cell(state, rows, f"{title} ({usual})" if usual else title)

"""Which day each kind was delivered for, and how it looked."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.intake.models import FeedDay
from tocsin.kinds.catalogue import kind

MISSING = "missing"
SAYS = {
    "healthy": gettext_lazy("as usual"),
    "short": gettext_lazy("far fewer rows than usual"),
    "refused": gettext_lazy("too many rows refused"),
    MISSING: gettext_lazy("nothing delivered"),
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


@dataclass(frozen=True)
class Calendar:
    """`earlier`, `later`: the last day of the calendar before and after, None where there is
    nothing."""

    days: list[date]
    lines: list[Line]
    earlier: date | None
    later: date | None

    @property
    def counts(self) -> dict[str, int]:
        cells = [cell for line in self.lines for cell in line.cells]
        return {state: sum(cell.state == state for cell in cells) for state in SAYS}


def calendar(rows: QuerySet[FeedDay], until: date | None, today: date, length: int) -> Calendar:
    """The `length` days up to `until`, or up to the last that anything came for."""
    known = rows.aggregate(first=Min("day"), last=Max("day"))
    newest = known["last"] or today
    oldest = known["first"] or newest
    last = min(max(until or newest, oldest), newest)
    first = max(oldest, last - timedelta(days=length - 1))
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    return Calendar(
        days,
        _lines(rows, days),
        first - timedelta(days=1) if first > oldest else None,
        min(newest, last + timedelta(days=length)) if last < newest else None,
    )


def asked_day(text: str) -> date | None:
    """A day out of an address; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lines(rows: QuerySet[FeedDay], days: list[date]) -> list[Line]:
    delivered: dict[tuple[str, str], dict[date, list[FeedDay]]] = {}
    found = rows.select_related("feed").filter(day__range=(days[0], days[-1]))
    for row in found.order_by("feed__name", "kind", "day", "stream"):
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
    facts: dict[str, Any] = {
        "day": day,
        "rows": sum(each.rows for each in streams),
        "refused": sum(each.refused for each in streams),
        "says": SAYS[state],
    }
    title = _("%(day)s: %(rows)s rows, %(refused)s refused; %(says)s") % facts
    usual = sum(each.usual or 0 for each in streams)
    return Cell(state, facts["rows"], f"{title} ({usual})" if usual else title)

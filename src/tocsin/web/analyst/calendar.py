"""Which day each kind was delivered for, and how it looked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.intake.models import FeedDay
from tocsin.kinds.catalogue import kind
from tocsin.web.filters import number

MISSING = "missing"
SAYS = {
    "healthy": gettext_lazy("as usual"),
    "short": gettext_lazy("far fewer rows than usual"),
    "refused": gettext_lazy("too many rows refused"),
    MISSING: gettext_lazy("nothing delivered"),
}
LINES = 40
WORST = ("refused", MISSING, "short", "healthy")


class _Stream(NamedTuple):
    """What one of a feed's streams delivered for a day."""

    state: str
    rows: int
    refused: int
    usual: int | None


_ByDay = dict[date, list[_Stream]]


@dataclass(frozen=True)
class Cell:
    """One kind on one day: the number of rows as `words`, and behind it what `mark` says."""

    state: str
    words: str
    mark: str
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
    """`counts`: cells by state, of all lines; `lines`: some of them.

    `earlier`, `later`: the last day of the calendar before and after, `more`: how many lines stand
    before the next ones; None where there is nothing.
    """

    days: list[date]
    lines: list[Line]
    counts: Counter[str]
    earlier: date | None
    later: date | None
    more: int | None


def calendar(
    rows: QuerySet[FeedDay], until: date | None, today: date, length: int, skip: int = 0
) -> Calendar:
    """The `length` days up to `until`, or up to the last that anything came for."""
    known = rows.aggregate(first=Min("day"), last=Max("day"))
    newest = known["last"] or today
    oldest = known["first"] or newest
    last = min(max(until or newest, oldest), newest)
    first = max(oldest, last - timedelta(days=length - 1))
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    delivered = _delivered(rows, days)
    chosen = list(delivered.items())[skip : skip + LINES]
    counts = Counter(
        _worst(by_day[day]) if day in by_day else MISSING
        for by_day in delivered.values()
        for day in days
    )
    return Calendar(
        days,
        [_line(feed, name, by_day, days) for (feed, name), by_day in chosen],
        counts,
        first - timedelta(days=1) if first > oldest else None,
        min(newest, last + timedelta(days=length)) if last < newest else None,
        skip + LINES if skip + LINES < len(delivered) else None,
    )


def asked_day(text: str) -> date | None:
    """A day out of an address; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def asked_skip(text: str) -> int:
    """A number of lines out of an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _delivered(rows: QuerySet[FeedDay], days: list[date]) -> dict[tuple[str, str], _ByDay]:
    """By feed and kind, in their order."""
    delivered: dict[tuple[str, str], _ByDay] = {}
    found = rows.filter(day__range=(days[0], days[-1])).order_by("feed__name", "kind", "stream")
    for feed, name, day, state, taken, refused, usual in found.values_list(
        "feed__name", "kind", "day", "state", "rows", "refused", "usual"
    ):
        stream = _Stream(state, taken, refused, usual)
        delivered.setdefault((feed, name), {}).setdefault(day, []).append(stream)
    return delivered


def _line(feed: str, name: str, by_day: _ByDay, days: list[date]) -> Line:
    return Line(feed, name, kind(name).title, [_cell(by_day.get(day, []), day) for day in days])


def _worst(streams: list[_Stream]) -> str:
    return min((each.state for each in streams), key=WORST.index)


def _cell(streams: list[_Stream], day: date) -> Cell:
    """The worst of the day's streams."""
    if not streams:
        return Cell(MISSING, _("none"), "", f"{day}: {SAYS[MISSING]}")
    state, rows = _worst(streams), sum(each.rows for each in streams)
    facts: dict[str, Any] = {
        "day": day,
        "rows": rows,
        "refused": sum(each.refused for each in streams),
        "says": SAYS[state],
    }
    title = _("%(day)s: %(rows)s rows, %(refused)s refused; %(says)s") % facts
    usual = sum(each.usual or 0 for each in streams)
    mark = {"short": _("short"), "refused": _("bad")}.get(state, "")
    return Cell(state, number(rows), mark, f"{title} ({usual})" if usual else title)

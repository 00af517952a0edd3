"""The status page: how many threats, of which kinds, where, and what becomes of them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Value
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tocsin.alerts.models import Alert, Delivery
from tocsin.constituency.models import Organisation, RefusedListRow
from tocsin.intake.models import RefusedRow
from tocsin.kinds.catalogue import kind
from tocsin.web import figures, gate
from tocsin.web.charts import Columns, Spark, columns, spark
from tocsin.web.clock import now
from tocsin.web.figures import Days, Tally

TOP = 12
STOCK = 4  # times as much as on any other day


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, how many threats, and their course as a small line.

    `share`: the current threats in hundredths of the largest line's.
    """

    key: Any
    title: str
    tally: Tally
    new: int
    severity: str = ""
    line: Spark | None = None
    share: int = 0


@dataclass(frozen=True)
class Course:
    """The two charts of what happened by day, and the figures under them.

    `stock`: what was new on the very first day, when all that was there already counts as new;
    it would dwarf the chart of changes, which then begins a day later.  None if it is in.
    """

    open: Columns
    changes: Columns
    table: list[tuple[date, int, int, int, int, int, int]]
    stock: int | None = None


@gate.only(gate.STAFF | gate.MEMBERS)
def status(request: gate.SignedIn) -> HttpResponse:
    moment = now()
    last = figures.last_day(moment.date())
    tallies = figures.tallies()
    lost = tallies.whole.has_silent
    kinds = figures.by_kind(last, lost)
    days = figures.added(kinds, last)
    organisations = _organisations()
    context = {
        "now": moment,
        "last": last,
        "tally": tallies.whole,
        "latest_new": days.new[-1],
        "course": course(days, tallies.whole.current),
        "kinds": kind_rows(tallies.kinds, kinds),
        "alerted": organisations["alerted"],
        "deliveries": _by_state(),
    }
    if request.user.is_staff_member:
        context |= _authority(tallies, last)
        context["organisation_count"] = organisations["known"]
    return render(request, "status.html", context)


def _authority(tallies: figures.Tallies, last: date) -> dict[str, Any]:
    """What only the authority sees."""
    return {
        "organisations": organisation_rows(
            tallies.organisations, last, tallies.whole.has_silent, TOP
        ),
        "nobody": tallies.organisations[None],
        **_refused(),
    }


def _organisations() -> dict[str, int]:
    """How many the reader may see, and how many of them were ever alerted."""
    told = Exists(Alert.objects.filter(organisation=OuterRef("pk")))
    return Organisation.objects.aggregate(known=Count("pk"), alerted=Count("pk", filter=told))


def _refused() -> dict[str, int]:
    """Refused rows of reports and of lists, in one query."""
    none = {"refused": 0, "refused_of_lists": 0}
    of_reports, of_lists = (
        model.objects.order_by().annotate(of=Value(name)).values_list("of").annotate(n=Count("pk"))
        for model, name in ((RefusedRow, "refused"), (RefusedListRow, "refused_of_lists"))
    )
    return none | dict(of_reports.union(of_lists, all=True))


def _by_state() -> dict[str, int]:
    counts = Delivery.objects.values_list("state").annotate(n=Count("id"))
    return dict(counts.order_by("state"))


def course(days: Days, current: int) -> Course:
    ends = days.open_at_end(current)
    start = 1 if _is_stock(days) else 0
    rising = [
        ("new", _("new"), days.new[start:]),
        ("reopened", _("reopened"), days.reopened[start:]),
    ]
    columns_of = (days.observations, days.new, days.reopened, days.gone, days.lost, ends)
    table = list(zip(days.dates, *columns_of, strict=True))
    return Course(
        open=columns(days.dates, [("open", _("current"), ends)]),
        changes=columns(
            days.dates[start:],
            rising,
            [("gone", _("gone"), days.gone[start:]), ("lost", _("lost"), days.lost[start:])],
        ),
        table=table[::-1],
        stock=days.new[0] if start else None,
    )


def _is_stock(days: Days) -> bool:
    """Whether the first day is far above all others, as it is when an installation begins."""
    return len(days.new) > 2 and days.new[0] > STOCK * max(
        *days.new[1:], *days.gone[1:], *days.lost[1:], 1
    )


def kind_rows(tallies: dict[str, Tally], days: dict[str, Days]) -> list[Row]:
    """The kinds, most current threats first."""
    rows = []
    for name, tally in tallies.items():
        title, severity = kind(name).title, kind(name).severity
        rows.append(_row(name, title, tally, days.get(name), severity))
    return _shared(sorted(rows, key=lambda row: (-row.tally.current, row.title)))


def organisation_rows(
    tallies: dict[int | None, Tally], last: date, lost: bool, most: int
) -> list[Row]:
    """The organisations with most current threats."""
    known = [(tally, number) for number, tally in tallies.items() if number is not None]
    known.sort(key=lambda each: (-each[0].current, each[1]))
    numbers = [number for _, number in known[:most]]
    names = dict(Organisation.objects.filter(pk__in=numbers).values_list("pk", "name"))
    days = figures.by_organisation(last, lost, numbers)
    rows = [
        _row(number, names.get(number, "?"), tally, days.get(number))
        for tally, number in known[:most]
    ]
    return _shared(rows)


def _shared(rows: list[Row]) -> list[Row]:
    largest = max((row.tally.current for row in rows), default=0) or 1
    return [replace(row, share=round(100 * row.tally.current / largest)) for row in rows]


def _row(key: Any, title: str, tally: Tally, days: Days | None, severity: str = "") -> Row:
    if days is None:
        return Row(key, title, tally, 0, severity)
    ends = days.open_at_end(tally.current)
    return Row(key, title, tally, days.new[-1], severity, spark(ends))

"""What the feeds delivered: the calendar of all, and a page for each."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tocsin.errors import TocsinError
from tocsin.intake.feed_specs import FeedSpec, all_feeds
from tocsin.intake.models import Feed, FeedDay, Report
from tocsin.intake.queries import volumes
from tocsin.intake.short_days import believe, doubt
from tocsin.kinds.catalogue import kind
from tocsin.web import gate
from tocsin.web.analyst.calendar import SAYS, Calendar, asked_day, asked_skip, calendar
from tocsin.web.charts import Columns, columns
from tocsin.web.clock import now
from tocsin.web.forms import given, tried

DAYS, DAYS_OF_ONE, FILES, SHORT = 14, 30, 10, 20


@dataclass(frozen=True)
class Volume:
    """Rows by day, as a chart and as a table of (day, taken, refused), latest first."""

    chart: Columns
    table: list[tuple[date, int, int]]


@gate.only(gate.STATISTICS)
def feeds(request: HttpRequest) -> HttpResponse:
    """A calendar: kinds down, days across."""
    shown = _calendar(request, FeedDay.objects.all())
    context = {"calendar": shown, "says": SAYS, "feeds": Feed.objects.order_by("name")}
    return render(request, "analyst/feeds.html", context)


@gate.only(gate.STATISTICS)
def feed(request: gate.SignedIn, name: str) -> HttpResponse:
    """What it is, what it delivered, and the short days that an analyst may believe."""
    found = get_object_or_404(Feed, name=name)
    days = FeedDay.objects.filter(feed=found)
    shown = _calendar(request, days)
    doubtful = days.filter(Q(state="short") | ~Q(real_by=""))
    context = {
        "feed": found,
        "facts": _facts(found),
        "calendar": shown,
        "says": SAYS,
        "volume": _volume(found, shown.days[-1]),
        "doubtful": [(one, kind(one.kind).title) for one in doubtful.order_by("-day")[:SHORT]],
        "reports": Report.objects.filter(feed=found)
        .select_related("feed")
        .order_by("-day", "-pk")[:FILES],
        "may_decide": request.user.role in gate.ANALYST,
    }
    return render(request, "analyst/feed.html", context)


@gate.only(gate.ANALYST, gate.ACTING)
def short_day(request: gate.SignedIn, number: int) -> HttpResponse:
    """Believe a short day, or take that back."""
    day = FeedDay.objects.select_related("feed").filter(pk=number).first()
    if day is None:
        raise Http404
    act = doubt if given(request, "do") == "doubt" else believe
    problems = tried(lambda: act(number, now(), f"person {request.user.pk}"))
    if problems:
        messages.error(request, " ".join(problems))
    else:
        messages.success(request, _said(day, act is believe))
    return redirect("feed", day.feed.name)


def _calendar(request: HttpRequest, rows: QuerySet[FeedDay]) -> Calendar:
    until = asked_day(request.GET.get("until", ""))
    skip = asked_skip(request.GET.get("skip", ""))
    return calendar(rows, until, now().date(), DAYS, skip)


def _said(day: FeedDay, believed: bool) -> str:
    facts = {"day": day.day, "kind": kind(day.kind).title}
    if believed:
        return _("%(day)s counts for %(kind)s. Threats follow within ten minutes.") % facts
    return _("%(day)s proves nothing for %(kind)s. Threats follow within ten minutes.") % facts


def _facts(found: Feed) -> list[tuple[str, Any]]:
    """What its feed.toml says; of a feed that has none any more only what happened."""
    spec = _spec(found.name)
    facts: list[tuple[str, Any]] = []
    if spec:
        facts = [
            (_("What it is"), spec.title),
            (_("Marking"), f"TLP:{spec.tlp.upper()}"),
            (_("Grade"), _("%(grade)s (reliability and credibility)") % {"grade": spec.grade}),
            (_("Expected"), _every(spec.cadence_hours)),
            (_("Licence"), spec.licence or "–"),
            (_("More about it"), spec.url or "–"),
        ]
    return facts


def _every(hours: float) -> str:
    if hours % 24 == 0:
        days = int(hours // 24)
        return _("every day") if days == 1 else _("every %(days)s days") % {"days": days}
    return _("every %(hours)s hours") % {"hours": f"{hours:g}"}


def _spec(name: str) -> FeedSpec | None:
    try:
        specs = all_feeds(settings.TOCSIN_HOME)
    except TocsinError:
        return None
    return next((one for one in specs if one.name == name), None)


def _volume(found: Feed, last: date) -> Volume:
    counted = volumes(found.pk, last - timedelta(days=DAYS_OF_ONE - 1), last)
    first = min(counted, default=last)
    span = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    rows = [(day, *counted.get(day, (0, 0))) for day in span]
    series = [
        ("open", _("rows taken"), [taken for _day, taken, _refused in rows]),
        ("new", _("rows refused"), [refused for _day, _taken, refused in rows]),
    ]
    return Volume(columns(span, series), rows[::-1])

"""How an organisation's threats go, and how long they stand beside those of its peers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.kinds.catalogue import kind
from tocsin.threats import fix_times
from tocsin.threats.fix_times import FEWEST_PEERS, FEWEST_THREATS, NO_KIND, Month, Spread
from tocsin.threats.trends import Flow, Span, Step, flow, flow_by_kind, span
from tocsin.web import gate
from tocsin.web.charts import Columns, columns
from tocsin.web.clock import now
from tocsin.web.desk.own import own_organisation
from tocsin.web.filters import long_day, short_day
from tocsin.web.spreads import Quartiles, Spreads, spreads

NUMBERS = {Step.DAY: 30, Step.WEEK: 26, Step.MONTH: 12}
STEPS = {
    Step.DAY: gettext_lazy("30 days"),
    Step.WEEK: gettext_lazy("26 weeks"),
    Step.MONTH: gettext_lazy("12 months"),
}


@dataclass(frozen=True)
class FixTimes:
    """`chart` is None where there is nothing yet; `compared`: whether peers are in it anywhere."""

    chart: Spreads | None
    months: list[Month]
    compared: bool


@gate.only(gate.MEMBERS)
def trends(request: gate.SignedIn) -> HttpResponse:
    """`?step=` day, week or month."""
    own, today = own_organisation(request), now().date()
    over = _span(request.GET.get("step", ""), today)
    counted = flow(own.pk, over)
    kinds = [
        (kind(name).title_in(own.language), kind(name).severity, one)
        for name, one in flow_by_kind(own.pk, over)
    ]
    context = {
        "organisation": own,
        "step": over.step.value,
        "steps": [(one.value, words) for one, words in STEPS.items()],
        "chart": _chart(over, counted),
        "rows": list(zip(over.starts, counted, strict=True))[::-1],
        "any": counted != [Flow()] * len(counted),
        "kinds": kinds,
        "fix": _fix_times(fix_times.compared(own, today)),
        "no_kind": own.kind == NO_KIND,
        "fewest_peers": FEWEST_PEERS,
        "fewest_threats": FEWEST_THREATS,
    }
    return render(request, "desk/trends.html", context)


def _span(step: str, today: date) -> Span:
    chosen = Step(step) if step in [*Step] else Step.WEEK
    return span(today, chosen, NUMBERS[chosen])


def _chart(over: Span, counted: list[Flow]) -> Columns:
    rising = [
        ("new", _("new"), [one.new for one in counted]),
        ("reopened", _("reopened"), [one.reopened for one in counted]),
    ]
    ended = [("gone", _("gone"), [one.gone for one in counted])]
    said, short = _words(over.step)
    return columns(over.starts, rising, ended, said=said, short=short)


def _words(step: Step) -> tuple[Callable[[date], str], Callable[[date], str]]:
    """In full and in short."""
    if step is Step.MONTH:
        return _month, _short_month
    if step is Step.WEEK:
        return (lambda day: _("week of %(day)s") % {"day": long_day(day)}), short_day
    return long_day, short_day


def _month(first: date) -> str:
    return date_format(first, "F Y")


def _short_month(first: date) -> str:
    return date_format(first, "M")


def _fix_times(months: list[Month]) -> FixTimes:
    shown = [month for month in months if month.own or month.peers]
    if not shown:
        return FixTimes(None, [], compared=False)
    places = [
        (_short_month(month.first), [
            _quartiles("own", _("you"), month, month.own),
            _quartiles("peers", _("peers"), month, month.peers),
        ])
        for month in months
    ]  # fmt: skip
    return FixTimes(spreads(places), shown[::-1], any(month.peers for month in shown))


def _quartiles(css: str, who: str, month: Month, one: Spread | None) -> Quartiles | None:
    if one is None:
        return None
    title = _("%(month)s, %(who)s: half within %(middle)s days (quarters: %(lower)s and %(upper)s)")
    words = {
        "month": _month(month.first),
        "who": who,
        **{name: f"{getattr(one, name):g}" for name in ("lower", "middle", "upper")},
    }
    return Quartiles(css, title % words, one.lower, one.middle, one.upper)

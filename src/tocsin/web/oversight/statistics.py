"""Statistics without personal data: what was new, what came of it, what was said, by month."""

from datetime import date
from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tocsin.answers.statements import Statement
from tocsin.constituency.choices import sectors
from tocsin.constituency.models import Region
from tocsin.kinds.catalogue import kind
from tocsin.measurement.disclosure import LEAST, ORGANISATIONS, STEP
from tocsin.measurement.queries import Statistic, statistic
from tocsin.measurement.rules import MEASURES, OF_THREATS, Measure, Topic
from tocsin.web import gate
from tocsin.web.clock import now


class Shown(NamedTuple):
    """A table with its caption and the words of its first column."""

    caption: str
    heading: str
    months: list[date]
    rows: list[tuple[str, list[int | None]]]
    totals: list[int | None]


@gate.only(gate.OVERSIGHT)
def oversight(request: gate.SignedIn) -> HttpResponse:
    """`?by=`: kind, sector or region; `?measure=`: new, reopened or gone."""
    by, measure = _chosen(request.GET.get("by", "")), _measured(request.GET.get("measure", ""))
    today = now().date()
    threats = statistic(by, measure, today)
    context = {
        "bys": [(topic.value, words) for topic, words in _bys().items()],
        "measures": [(one.value, words) for one, words in _measures().items()],
        "by": by.value,
        "measure": measure.value,
        "threats": _threats(by, measure, threats),
        "answers": _named(
            _("Answers by month"),
            _("What was said"),
            statistic(Topic.STATEMENT, Measure.ANSWERS, today),
            _statements(),
        ),
        "alerts": _named(
            _("Alerts by month"),
            _("Sort"),
            statistic(Topic.ALERT, Measure.ALERTS, today),
            _alerts(),
        ),
        "told": _named(
            _("Threats told in alerts, reminders included, by month"),
            _("Sort"),
            statistic(Topic.ALERT, Measure.TOLD, today),
            _alerts(),
        ),
        "engagements": _named(
            _("Visits and other follow-up by month"),
            _("Way"),
            statistic(Topic.WAY, Measure.ENGAGEMENTS, today),
            _ways(),
        ),
        "least": LEAST,
        "organisations": ORGANISATIONS,
        "step": STEP,
    }
    return render(request, "oversight/statistics.html", context)


def _chosen(text: str) -> Topic:
    return Topic(text) if text in OF_THREATS else Topic.KIND


def _measured(text: str) -> Measure:
    return Measure(text) if text in MEASURES[Topic.KIND] else Measure.NEW


def _bys() -> dict[Topic, str]:
    return {Topic.KIND: _("Kind"), Topic.SECTOR: _("Sector"), Topic.REGION: _("Region")}


def _measures() -> dict[Measure, str]:
    return {
        Measure.NEW: _("New threats"),
        Measure.REOPENED: _("Threats that came back"),
        Measure.GONE: _("Threats observed gone"),
    }


def _threats(by: Topic, measure: Measure, found: Statistic) -> Shown:
    caption = _("{measure} by month and {by}").format(
        measure=_measures()[measure], by=_bys()[by].lower()
    )
    if by is Topic.KIND:
        names = {value: kind(value).title for value, _figures in found.rows}
    elif by is Topic.SECTOR:
        names = {one.code: one.name for one in sectors().choices}
    else:
        names = dict(Region.objects.values_list("code", "name"))
    return _named(caption, _bys()[by], found, names)


def _named(caption: str, heading: str, found: Statistic, names: dict[str, str]) -> Shown:
    unknown = _("Not known")
    rows = [
        (names.get(value, value) if value else unknown, figures) for value, figures in found.rows
    ]
    return Shown(caption, heading, found.months, rows, found.totals)


def _statements() -> dict[str, str]:
    known = {
        "fixed": _("Fixed"),
        "false-positive": _("No threat"),
        "not-ours": _("Not ours"),
        "will-not-fix": _("Will not be fixed"),
    }
    return {one.value: known.get(one.value, one.value.replace("-", " ")) for one in Statement}


def _ways() -> dict[str, str]:
    return {
        "visit": _("Visit"),
        "call": _("Call"),
        "letter": _("Letter"),
        "workshop": _("Workshop"),
    }


def _alerts() -> dict[str, str]:
    return {"digest": _("In a digest"), "immediate": _("At once")}

"""Threats by organisation."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tocsin.alerts.models import Delivery
from tocsin.constituency.models import Asset, Contact, Organisation
from tocsin.web import figures, gate
from tocsin.web.clock import now
from tocsin.web.overview import course, kind_rows, organisation_rows
from tocsin.web.pages import page_of

SIZE = 100
FORMS = {
    "asn": ("AS number", "AS numbers"),
    "prefix": ("prefix", "prefixes"),
    "domain": ("domain", "domains"),
    "email_domain": ("e-mail domain", "e-mail domains"),
}


@gate.only(gate.STATISTICS)
def organisations(request: HttpRequest) -> HttpResponse:
    """All of them, by name; with each its threats."""
    last = figures.last_day(now().date())
    listed = page_of(request, Organisation.objects.select_related("region"), ("name", "pk"), SIZE)
    tallies = figures.tallies()
    numbers = [each.pk for each in listed.rows]
    chosen = {number: tallies.organisations[number] for number in numbers}
    rows = {row.key: row for row in organisation_rows(chosen, last, tallies.whole.has_silent, SIZE)}
    context = {
        "last": last,
        "page": listed,
        "rows": [(each, rows[each.pk]) for each in listed.rows],
        "nobody": tallies.organisations[None],
    }
    return render(request, "analyst/organisations.html", context)


@gate.only(gate.STATISTICS | gate.MEMBERS)
def organisation(request: gate.SignedIn, number: int) -> HttpResponse:
    """One organisation: its threats by day and kind, what it answers for, what it was told."""
    found = Organisation.objects.select_related("region").filter(pk=number).first()
    if found is None:
        raise Http404
    moment = now()
    last = figures.last_day(moment.date())
    tallies = figures.tallies(number)
    lost = tallies.whole.has_silent
    days = figures.by_day(last, lost, number)
    context: dict[str, Any] = {
        "last": last,
        "organisation": found,
        "tally": tallies.whole,
        "latest_new": days.new[-1],
        "course": course(days, tallies.whole.current),
        "kinds": kind_rows(tallies.kinds, figures.by_kind(last, lost, number)),
        "assets": _assets(number, moment),
    }
    if request.user.role != "auditor":
        context["contacts"] = Contact.objects.filter(organisation=number).order_by("pk")
        context["told"] = _told(number)
    return render(request, "organisation.html", context)


def _assets(number: int, at: datetime) -> list[str]:
    """What it answers for now, in words: `5 prefixes`."""
    valid = Q(valid_to=None) | Q(valid_to__gt=at)
    counts = Asset.objects.filter(valid, organisation=number).values_list("form")
    found = dict(counts.annotate(Count("value", distinct=True)).order_by("form"))
    return [
        f"{found[form]} {one if found[form] == 1 else many}"
        for form, (one, many) in FORMS.items()
        if form in found
    ]


def _told(number: int) -> list[Delivery]:
    """The latest deliveries, without the alerts' CSV."""
    deliveries = Delivery.objects.filter(organisation=number).select_related("alert")
    return list(deliveries.defer("alert__csv", "alert__content").order_by("-pk")[:10])

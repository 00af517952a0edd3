"""Organisations: the list, a page for each, its assets, and changing what is known of it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.access.activity import is_dormant
from tocsin.access.models import Person, Role
from tocsin.alerts.models import Alert, Delivery
from tocsin.answers.models import Dispute
from tocsin.constituency.changing import Facts, change_organisation
from tocsin.constituency.choices import regions, sectors
from tocsin.constituency.contact_rules import EXPIRE_AFTER
from tocsin.constituency.joining.applications import KINDS
from tocsin.constituency.listing import STATES, Wanted, listed, reach_of, waiting_applications
from tocsin.constituency.models import Application, Asset, Contact, Organisation, Region
from tocsin.web import figures, gate
from tocsin.web.analyst.chosen import without
from tocsin.web.clock import now
from tocsin.web.figures import Tally
from tocsin.web.forms import given, tried
from tocsin.web.overview import course, kind_rows
from tocsin.web.pages import page_of

SIZE, LATEST = 50, 10
FORMS = {
    "asn": ("AS number", "AS numbers"),
    "prefix": ("prefix", "prefixes"),
    "domain": ("domain", "domains"),
    "email_domain": ("e-mail domain", "e-mail domains"),
}
SAYS = {
    "suspended": gettext_lazy("suspended"),
    "unreleased": gettext_lazy("first alert not released"),
    "bounced": gettext_lazy("mail bounced"),
    "unconfirmed": gettext_lazy("a contact did not answer"),
    "unreachable": gettext_lazy("no contact that works"),
}


@gate.only(gate.STATISTICS)
def organisations(request: HttpRequest) -> HttpResponse:
    """By name, or those that are looked for; with each its threats and whether mail reaches it."""
    wanted = _wanted(request)
    page = page_of(request, listed(wanted), ("name",), SIZE)
    numbers = [each.pk for each in page.rows]
    tallies, reach = figures.tallies_of(numbers), reach_of(numbers)
    waiting, told = waiting_applications(numbers), _last_told(numbers)
    context = {
        "page": page,
        "rows": [
            (
                each,
                tallies.get(each.pk, Tally()),
                reach[each.pk],
                waiting.get(each.pk, 0),
                told.get(each.pk),
            )
            for each in page.rows
        ],
        "wanted": wanted,
        "chosen": _chosen(request, wanted),
        "regions": Region.objects.order_by("name"),
        "states": SAYS,
        "nobody": figures.tallies().organisations[None],
    }
    return render(request, "analyst/organisations.html", context)


@gate.only(gate.STATISTICS | gate.MEMBERS)
def organisation(request: gate.SignedIn, number: int) -> HttpResponse:
    """One organisation: its threats by day and kind, what it answers for, what it was told."""
    found = _found(number)
    moment = now()
    last = figures.last_day(moment.date())
    tallies = figures.tallies(number)
    lost = tallies.whole.has_silent
    kinds = figures.by_kind(last, lost, number)
    days = figures.added(kinds, last)
    context: dict[str, Any] = {
        "last": last,
        "organisation": found,
        "tally": tallies.whole,
        "latest_new": days.new[-1],
        "course": course(days, tallies.whole.current),
        "kinds": kind_rows(tallies.kinds, kinds),
        "assets": _assets(number, moment),
    }
    if request.user.role != Role.AUDITOR:
        context["contacts"] = _contacts(number)
        context["told"] = _told(number)
    if request.user.role == Role.ANALYST:
        context |= _for_analysts(number, moment)
    return render(request, "analyst/organisation.html", context)


@gate.only(gate.ANALYST)
def organisation_assets(request: HttpRequest, number: int) -> HttpResponse:
    """What it answers or answered for, from when until when, and where that is known from."""
    rows = Asset.objects.filter(organisation=number)
    text = request.GET.get("q", "").replace("\0", "").strip()
    if text:
        rows = rows.filter(value__icontains=text)
    context = {
        "organisation": _found(number),
        "page": page_of(request, rows, ("value", "pk"), SIZE),
        "text": text,
        "now": now(),
    }
    return render(request, "analyst/organisation-assets.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
@gate.fresh_to_write
def organisation_edit(request: gate.SignedIn, number: int) -> HttpResponse:
    """Name, kind, region, sector, and whether it is suspended."""
    found = _found(number)
    problems: list[str] = []
    facts = Facts(found.name, found.kind, found.region_id or "", found.sector, found.suspended)
    if request.method == "POST":
        facts = Facts(
            given(request, "name"), given(request, "kind"), given(request, "region"),
            given(request, "sector"), bool(given(request, "suspended")),
        )  # fmt: skip
        by = f"person {request.user.pk}"
        problems = tried(lambda: change_organisation(number, facts, now(), by))
        if not problems:
            messages.success(request, _("What is known of it was changed."))
            return redirect("organisation", number)
    context = {
        "organisation": found,
        "facts": facts,
        "kinds": KINDS,
        "regions": regions().choices.choices,
        "sectors": sectors().choices,
        "problems": problems,
    }
    status = 400 if problems else 200
    return render(request, "analyst/organisation-edit.html", context, status=status)


def _found(number: int) -> Organisation:
    found = Organisation.objects.select_related("region").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _wanted(request: HttpRequest) -> Wanted:
    q, region, state = (
        request.GET.get(name, "").replace("\0", "").strip() for name in ("q", "region", "state")
    )
    return Wanted(q, region, state if state in STATES else "")


def _chosen(request: HttpRequest, wanted: Wanted) -> list[tuple[str, str, str]]:
    said = (
        ("q", _("Search"), wanted.text),
        ("region", _("Region"), wanted.region),
        ("state", _("Only"), str(SAYS.get(wanted.state, ""))),
    )
    return [(what, value, without(request, name)) for name, what, value in said if value]


def _last_told(numbers: list[int]) -> dict[int, datetime]:
    alerts = Alert.objects.filter(organisation__in=numbers).values_list("organisation")
    return dict(alerts.annotate(Max("composed_at")).order_by())


def _contacts(number: int) -> list[Contact]:
    """With `expires`: when one that was asked, and has not answered, counts as unconfirmed."""
    found = list(Contact.objects.filter(organisation=number).order_by("pk"))
    for one in found:
        waits = not (one.unconfirmed_at or one.pending)
        ends = one.asked_at + EXPIRE_AFTER if one.asked_at and waits else None
        one.expires = ends  # type: ignore[attr-defined]
    return found


def _for_analysts(number: int, moment: datetime) -> dict[str, Any]:
    people = Person.objects.filter(organisation=number).order_by("email")
    return {
        "people": [(one, is_dormant(one, moment)) for one in people],
        "applications": Application.objects.filter(organisation=number).order_by("-pk")[:LATEST],
        "disputes": Dispute.objects.filter(organisation=number).order_by("-pk")[:LATEST],
        "may_change": True,
    }


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
    deliveries = Delivery.objects.filter(organisation=number).select_related(
        "alert", "organisation"
    )
    return list(deliveries.defer("alert__csv", "alert__content").order_by("-pk")[:LATEST])

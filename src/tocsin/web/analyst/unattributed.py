"""Networks that nobody answers for, who it may be, and giving one away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tocsin.answers.nobodys import give_network
from tocsin.answers.responsible import Suggestion, suggestions
from tocsin.constituency.models import Organisation
from tocsin.errors import TocsinError
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import NobodysNetwork, ThreatKind
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.forms import given, number_in, tried
from tocsin.web.pages import page_of

SIZE = 25


@gate.only(gate.ANALYST)
def unattributed(request: HttpRequest) -> HttpResponse:
    """Most threats first."""
    page = page_of(request, NobodysNetwork.objects.all(), ("-threats", "pk"), SIZE)
    found = suggestions(page.rows, now())
    context = {
        "page": page,
        "rows": [(one, found[one.pk][0] if found[one.pk] else None) for one in page.rows],
        "counted_at": page.rows[0].counted_at if page.rows else None,
    }
    return render(request, "analyst/unattributed.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
@gate.fresh_to_write
def unattributed_network(request: gate.SignedIn, number: int) -> HttpResponse:
    """One of them with all that is known, and the form that gives it to an organisation."""
    row = get_object_or_404(NobodysNetwork, pk=number)
    found = suggestions([row], now())[row.pk]
    problems: list[str] = []
    if request.method == "POST":
        made: list[str] = []
        problems = tried(lambda: made.append(_give(request, row, found)))
        if not problems:
            messages.success(request, made[0])
            return redirect("unattributed")
    names = dict(ThreatKind.objects.filter(pk__in=row.kinds).values_list("pk", "name"))
    deniers = dict(row.denied)
    context: dict[str, Any] = {
        "row": row,
        "suggestions": found,
        "kinds": sorted(kind(name).title for name in names.values()),
        "denied": [(one, deniers[one.pk]) for one in Organisation.objects.filter(pk__in=deniers)],
        "problems": problems,
        "given": request.POST,
    }
    status = 400 if problems else 200
    return render(request, "analyst/unattributed-network.html", context, status=status)


def _give(request: HttpRequest, row: NobodysNetwork, found: list[Suggestion]) -> str:
    """To the suggestion whose button was pressed, or to whom the form names."""
    chosen = number_in(request, "to")
    if chosen:
        whom = Organisation.objects.filter(pk=chosen).first()
    else:
        whom = Organisation.objects.filter(name__iexact=given(request, "organisation")).first()
    if whom is None:
        raise TocsinError(
            _("No organisation is called so."), _("Write its name as the list has it.")
        )
    why = next((one.why[0] for one in found if one.organisation == whom.pk), "")
    asset = give_network(
        row.pk, given(request, "value"), whom, now(), f"person {request.user.pk}",
        _("given by an analyst: %(why)s") % {"why": why} if why else _("given by an analyst"),
    )  # fmt: skip
    facts = {"asset": asset.value, "organisation": whom.name}
    return _("%(asset)s is %(organisation)s’s. Its threats follow in a moment.") % facts

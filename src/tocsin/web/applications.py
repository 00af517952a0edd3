"""An analyst looks at what operators apply for, and decides."""

import re
from datetime import UTC, datetime

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.access.membership import approve_application
from tocsin.constituency.choices import Choice, regions, sectors
from tocsin.constituency.joining.applications import claims_of
from tocsin.constituency.joining.contradictions import contradictions
from tocsin.constituency.joining.decisions import decline
from tocsin.constituency.models import Application
from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.forms import given, tried
from tocsin.web.pages import page_of

SIZE = 100
NUMBER = re.compile(r"[0-9]{1,18}")


@gate.only(gate.ANALYST)
def applications(request: gate.SignedIn) -> HttpResponse:
    """Those that wait for a decision first; also those whose address is not confirmed."""
    waiting = Application.objects.filter(decided_at=None).annotate(claims=Count("claim"))
    decided = Application.objects.exclude(decided_at=None).annotate(claims=Count("claim"))
    context = {
        "waiting": waiting.order_by("created_at")[:SIZE],
        "page": page_of(request, decided, ("-decided_at", "-pk"), SIZE),
    }
    return render(request, "applications.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
@gate.fresh_to_write
def one_application(request: gate.SignedIn, number: int) -> HttpResponse:
    """What was proven and what speaks against it, claim by claim."""
    found = Application.objects.select_related("organisation").filter(pk=number).first()
    if found is None:
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _decide(request, number))
        if not problems:
            messages.success(request, _("It is decided, and the applicant is told."))
            return redirect("one-application", number)
    claims = claims_of(found)
    against = contradictions(claims, datetime.now(UTC))
    context = {
        "application": found,
        "region": _name(regions().choices.choices, found.region),
        "sector": _name(sectors().choices, found.sector),
        "rows": [(claim, against.get(claim.pk, [])) for claim in claims],
        "open": any(not claim.decision for claim in claims),
        "problems": problems,
        "given": request.POST,
    }
    return render(request, "one-application.html", context, status=400 if problems else 200)


def _decide(request: gate.SignedIn, number: int) -> None:
    chosen = [
        int(one) for one in request.POST.getlist("claim") if one.isdecimal() and one.isascii()
    ]
    if not chosen:
        raise TocsinError(_("Choose the claims that you decide about."))
    now, by = datetime.now(UTC), f"person {request.user.pk}"
    if given(request, "do") == "approve":
        approve_application(
            number, chosen, now, by,
            unproven=bool(given(request, "unproven")),
            organisation=given(request, "organisation"),
        )  # fmt: skip
    else:
        decline(number, chosen, given(request, "reason"), now, by)


def _name(choices: list[Choice], code: str) -> str:
    return next((one.name for one in choices if one.code == code), code)

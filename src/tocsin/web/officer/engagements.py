"""Engagements: what is planned and due, one with its outcome, and the forms."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.constituency.models import Organisation
from tocsin.outreach import queries
from tocsin.outreach.calendar import calendar
from tocsin.outreach.engagements import call_off, change, engage, follow_up
from tocsin.outreach.models import AgreedAction, Engagement
from tocsin.outreach.outcome import Change, Outcome, outcome
from tocsin.outreach.words import title_of
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.forms import given, tried
from tocsin.web.officer.forms import EngagementForm, FollowUpForm, initial_of
from tocsin.web.officer.regional import engagement_or_404, organisation_or_404
from tocsin.web.pages import page_of

SIZE = 50
KINDS = 10


@gate.only(gate.OFFICERS)
def engagements(request: gate.SignedIn) -> HttpResponse:
    """Those to come, those to follow up, and all before."""
    codes, today = request.regions, now().date()
    context = {
        "due": queries.to_follow_up(codes, today),
        "planned": queries.planned(codes, today),
        "page": page_of(request, queries.past(codes, today), ("-day", "-pk"), SIZE),
    }
    return render(request, "officer/engagements.html", context)


@gate.only(gate.OFFICERS, gate.WRITING)
def new_engagement(request: gate.SignedIn, number: int) -> HttpResponse:
    """Plan one with this organisation, or note one that took place."""
    whose = organisation_or_404(request, number)
    form = _form(request, whose, {"day": now().date()})
    made: list[Engagement] = []
    if request.method == "POST" and form.is_valid():
        problems = tried(lambda: made.append(engage(number, form.plan(), now(), request.user)))
        if not problems:
            messages.success(request, _("The engagement was kept."))
            return redirect("engagement", made[0].pk)
        form.add_error(None, " ".join(problems))
    return _edited(request, whose, form, reverse("region-organisation", args=[number]))


@gate.only(gate.OFFICERS, gate.WRITING)
def change_engagement(request: gate.SignedIn, number: int) -> HttpResponse:
    """Note what was agreed, or another day."""
    known = engagement_or_404(request, number)
    form = _form(request, known.organisation, initial_of(known))
    if request.method == "POST" and form.is_valid():
        problems = tried(lambda: change(number, form.plan(), now(), request.user))
        if not problems:
            messages.success(request, _("The engagement was changed."))
            return redirect("engagement", number)
        form.add_error(None, " ".join(problems))
    return _edited(request, known.organisation, form, reverse("engagement", args=[number]))


@gate.only(gate.OFFICERS, gate.WRITING)
def engagement(request: gate.SignedIn, number: int) -> HttpResponse:
    """One engagement, what was agreed, and what was observed before and after."""
    known = engagement_or_404(request, number)
    form = FollowUpForm(request.POST if given(request, "do") == "follow-up" else None)
    if request.method == "POST" and (form.is_valid() or not form.is_bound):
        problems = tried(_act(request, known, form))
        if not problems:
            messages.success(request, _("That was kept."))
            return redirect("engagement", number)
        return _shown(request, known, form, problems)
    return _shown(request, known, form, [])


@gate.only(gate.OFFICERS)
def calendar_file(request: gate.SignedIn, number: int) -> HttpResponse:
    """For the officer's own calendar."""
    known = engagement_or_404(request, number)
    address = settings.TOCSIN_PUBLIC_URL + reverse("engagement", args=[number])
    host = urlsplit(address).hostname or "localhost"
    response = HttpResponse(calendar(known, address, host), content_type="text/calendar")
    response["Content-Disposition"] = f'attachment; filename="engagement-{number}.ics"'
    return response


def _act(request: gate.SignedIn, known: Engagement, form: FollowUpForm) -> Callable[[], object]:
    if form.is_bound:
        again = form.cleaned_data["again_on"]
        return lambda: follow_up(known.pk, again, now(), request.user)
    return lambda: call_off(known.pk, now(), request.user)


def _shown(
    request: gate.SignedIn, known: Engagement, form: FollowUpForm, problems: list[str]
) -> HttpResponse:
    today = now().date()
    observed = outcome(known, today) if known.day < today and not known.cancelled_at else None
    context = {
        "engagement": known,
        "organisation": known.organisation,
        "actions": _actions(known, observed),
        "outcome": observed,
        "kinds": [(title_of(one.kind), one) for one in observed.kinds[:KINDS]] if observed else [],
        "unknown": ", ".join(title_of(name) for name in observed.unknown) if observed else "",
        "to_come": known.day >= today,
        "form": form,
        "problems": problems,
    }
    wrong = problems or form.errors
    return render(request, "officer/engagement.html", context, status=400 if wrong else 200)


def _actions(
    known: Engagement, observed: Outcome | None
) -> list[tuple[AgreedAction, str, Change | None]]:
    """Each with the kind's title, and with what was observed of it."""
    return [
        (one, title_of(one.kind) if one.kind else "", observed.of(one.kind) if observed else None)
        for one in known.agreedaction_set.order_by("pk")
    ]


def _form(
    request: gate.SignedIn, whose: Organisation, initial: dict[str, object]
) -> EngagementForm:
    seen = {one.kind for one in queries.seen(whose.pk, now())[1]}
    kinds = seen | {str(kind) for name, kind in initial.items() if name.startswith("kind_")}
    names = sorted(kinds - {""}, key=title_of)
    data = request.POST if request.method == "POST" else None
    return EngagementForm(data, initial=initial, kinds=names)


def _edited(
    request: gate.SignedIn, whose: Organisation, form: EngagementForm, back: str
) -> HttpResponse:
    context = {"organisation": whose, "form": form, "back": back}
    status = 400 if form.errors else 200
    return render(request, "officer/engage.html", context, status=status)

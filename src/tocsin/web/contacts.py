"""An owner's pages: where its alerts go, and what it answers for."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tocsin.constituency.contacts import PURPOSES, add_contact, ask_again, remove_contact
from tocsin.constituency.joining.applications import claim_more
from tocsin.constituency.joining.proofs import LOOK
from tocsin.constituency.models import Application, Asset, Claim, Contact, Organisation
from tocsin.database.queue import later
from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.forms import given, number_in, tried
from tocsin.web.pages import page_of

SIZE = 200
MOST_WAITING = 20


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def contacts(request: gate.SignedIn) -> HttpResponse:
    """Add, replace, ask or remove a contact."""
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _change(request))
        if not problems:
            return redirect("contacts")
    context = {
        "contacts": Contact.objects.select_related("replaces").order_by("purpose", "pk"),
        "purposes": PURPOSES,
        "problems": problems,
        "given": request.POST,
    }
    return render(request, "contacts.html", context, status=400 if problems else 200)


@gate.only(gate.OWNER, gate.WRITING)
def assets(request: gate.SignedIn) -> HttpResponse:
    """What the organisation answers for, what it claims, and a form to claim more."""
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _claim(request))
        if not problems:
            return redirect("own-assets")
    held = Asset.objects.filter(valid_to=None)
    context = {
        "page": page_of(request, held, ("form", "value", "pk"), SIZE),
        "claims": Claim.objects.prefetch_related("proof_set").order_by("-pk")[:SIZE],
        "problems": problems,
        "given": request.POST,
    }
    return render(request, "own-assets.html", context, status=400 if problems else 200)


def _change(request: gate.SignedIn) -> None:
    own, by = _own(request), f"person {request.user.pk}"
    number, now = number_in(request, "contact"), datetime.now(UTC)
    match given(request, "do"):
        case "add":
            email, purpose = given(request, "email"), given(request, "purpose")
            add_contact(own.pk, email, purpose, now, by, number_in(request, "replaces"))
        case "ask":
            ask_again(own.pk, number)
        case "remove":
            remove_contact(own.pk, number, now, by)
        case _:
            raise TocsinError("Choose what to do.")


def _claim(request: gate.SignedIn) -> None:
    own, now = _own(request), datetime.now(UTC)
    if given(request, "do") == "check":
        for one in Application.objects.filter(decided_at=None)[:MOST_WAITING]:
            later(LOOK, application=one.pk)
        return
    if Application.objects.filter(decided_at=None).count() >= MOST_WAITING:
        raise TocsinError("Many of your claims wait for an analyst already.")
    by = f"person {request.user.pk}"
    claim_more(own, given(request, "claims"), request.user.email, now, by)


def _own(request: gate.SignedIn) -> Organisation:
    """An owner has one: the table says so."""
    return Organisation.objects.get(person=request.user.pk)

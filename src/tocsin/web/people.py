"""People: an owner's own, or, for an analyst, everybody."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.access.activity import dormant
from tocsin.access.factors import without_factor
from tocsin.access.invitations import invite, send_again, withdraw
from tocsin.access.models import Invitation, Person, Role
from tocsin.access.people import change_role, remove, restore, suspend
from tocsin.access.rules import may_become, may_invite, may_manage
from tocsin.constituency.models import Organisation
from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.forms import given, tried
from tocsin.web.pages import page_of
from tocsin.web.words import ROLES

BOTH = gate.OWNER | gate.ANALYST
SIZE = 100


@gate.only(BOTH)
def people(request: gate.SignedIn) -> HttpResponse:
    """Who has access, and who is invited."""
    now = datetime.now(UTC)
    listed = page_of(request, Person.objects.select_related("organisation"), ("email", "pk"), SIZE)
    invited = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    context = {
        "page": listed,
        "bare": without_factor([one.pk for one in listed.rows]),
        "away": {one.person.pk: one.closes_at for one in dormant(now)},
        "invited": invited.select_related("organisation").order_by("-created_at")[:SIZE],
        "now": now,
    }
    return render(request, "people.html", context)


@gate.only(BOTH, gate.WRITING)
@gate.fresh
def invite_person(request: gate.SignedIn) -> HttpResponse:
    """A form for one invitation."""
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _invite(request))
        if not problems:
            messages.success(request, _("The invitation is on its way."))
            return redirect("people")
    context = {
        "problems": problems,
        "roles": _labels(may_invite(Role(request.user.role))),
        "organisations": _names(request.user),
        "given": request.POST,
    }
    return render(request, "invite.html", context, status=400 if problems else 200)


@gate.only(BOTH, gate.WRITING)
@gate.fresh
def person(request: gate.SignedIn, number: int) -> HttpResponse:
    """One person: role, and whether they may sign in."""
    found = Person.objects.select_related("organisation").filter(pk=number).first()
    if found is None or not may_manage(Role(request.user.role), Role(found.role)):
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _change(request, number))
        if not problems:
            messages.success(request, _("Done: %(who)s.") % {"who": found.name or found.email})
            return redirect("people")
    context = {
        "somebody": found,
        "roles": _labels(may_become(Role(request.user.role), Role(found.role))),
        "problems": problems,
    }
    return render(request, "person.html", context, status=400 if problems else 200)


@gate.only(BOTH, gate.WRITING)
@gate.fresh_to_write
def invitation(request: gate.SignedIn, number: int) -> HttpResponse:
    """One invitation that waits: send it again, or withdraw it."""
    found = Invitation.objects.select_related("organisation").filter(pk=number).first()
    if found is None:
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        now, by = datetime.now(UTC), request.user
        action = withdraw if given(request, "do") == "withdraw" else send_again
        problems = tried(lambda: action(number, now, by))
        if not problems:
            said = (
                _("The invitation is withdrawn.") if action is withdraw else _("It was sent again.")
            )
            messages.success(request, said)
            return redirect("people")
    context = {"invited": found, "problems": problems}
    return render(request, "invited.html", context, status=400 if problems else 200)


def _invite(request: gate.SignedIn) -> None:
    name = "" if request.user.organisation_id else given(request, "organisation")
    whose = Organisation.objects.filter(name__iexact=name).first() if name else None
    if name and whose is None:
        raise TocsinError(_("There is no organisation “%(name)s”.") % {"name": name})
    role = _role(given(request, "role"))
    invite(given(request, "email"), role, datetime.now(UTC), request.user, whose)


def _change(request: gate.SignedIn, number: int) -> None:
    now, by = datetime.now(UTC), request.user
    match given(request, "do"):
        case "role":
            change_role(number, _role(given(request, "role")), now, by)
        case "suspend":
            suspend(number, now, by)
        case "restore":
            restore(number, now, by)
        case "remove":
            remove(number, now, by)
        case _:
            raise TocsinError(_("Choose what to do."))


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise TocsinError(_("Choose a role.")) from None


def _labels(roles: frozenset[Role]) -> list[tuple[str, str]]:
    return [(role.value, str(ROLES[role])) for role in Role if role in roles]


def _names(by: Person) -> list[str]:
    """To choose from, for an analyst."""
    if by.organisation_id is not None:
        return []
    return list(Organisation.objects.order_by("name").values_list("name", flat=True))

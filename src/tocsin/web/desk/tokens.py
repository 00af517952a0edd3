"""What programs of an organisation call the API with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.access.models import ApiToken, Role
from tocsin.access.scopes import scopes_of
from tocsin.access.tokens import make_token, revoke
from tocsin.audit.log import note
from tocsin.web import gate
from tocsin.web.desk.own import actor, own_number
from tocsin.web.forms import acted, posted, tried

MOST_SHOWN = 200
DAYS = (
    (90, gettext_lazy("90 days")),
    (365, gettext_lazy("one year")),
    (730, gettext_lazy("two years")),
    (0, gettext_lazy("until it is revoked")),
)
WORDS = {
    "threats:read": gettext_lazy("read threats, and export them"),
    "answers:write": gettext_lazy("answer threats"),
    "alerts:read": gettext_lazy("read alerts"),
    "assets:read": gettext_lazy("read assets"),
    "contacts:read": gettext_lazy("read contacts"),
    "contacts:write": gettext_lazy("change contacts"),
    "organisation:read": gettext_lazy("read preferences"),
    "organisation:write": gettext_lazy("change preferences"),
    "webhooks:read": gettext_lazy("read webhooks"),
    "webhooks:write": gettext_lazy("change webhooks"),
}


class NewToken(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=100,
        help_text=gettext_lazy("So that you know later which program to look at."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=[(one.value, WORDS.get(one, one)) for one in sorted(scopes_of(Role.OWNER))],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("No more than the program needs."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"), choices=DAYS, coerce=int, initial=365
    )


@gate.only(gate.OWNER)
def tokens(request: gate.SignedIn) -> HttpResponse:
    """Those of all people of the organisation that can still be used."""
    now = datetime.now(UTC)
    found = ApiToken.objects.filter(organisation=own_number(request), revoked_at=None)
    context = {
        "tokens": found.select_related("person").order_by("-pk")[:MOST_SHOWN],
        "now": now,
    }
    return render(request, "desk/tokens.html", context)


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def new_token(request: gate.SignedIn) -> HttpResponse:
    """It is shown once, in the answer."""
    form = NewToken(posted(request))
    made: list[tuple[str, ApiToken]] = []
    if request.method == "POST" and acted(form, lambda typed: made.append(_make(request, typed))):
        ((text, token),) = made
        return render(request, "desk/token-made.html", {"text": text, "token": token})
    return render(
        request, "desk/new-token.html", {"form": form}, status=400 if form.errors else 200
    )


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def revoke_token(request: gate.SignedIn, number: int) -> HttpResponse:
    """Sure?"""
    found = ApiToken.objects.filter(organisation=own_number(request), revoked_at=None, pk=number)
    token = found.select_related("person").first()
    if token is None:
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _revoke(request, number))
        if not problems:
            messages.success(request, _("The token is revoked: it opens nothing any more."))
            return redirect("tokens")
    context = {"token": token, "problems": problems}
    return render(request, "desk/revoke-token.html", context, status=400 if problems else 200)


def _make(request: gate.SignedIn, typed: dict[str, Any]) -> tuple[str, ApiToken]:
    now, days = datetime.now(UTC), typed["days"]
    until = now + timedelta(days=days) if days else None
    text, token = make_token(request.user, typed["name"], typed["scopes"], now, until)
    scopes = " ".join(token.scopes)
    note(actor(request), "token made", f"token {token.pk}", now, own_number(request), scopes=scopes)
    return text, token


def _revoke(request: gate.SignedIn, number: int) -> None:
    now = datetime.now(UTC)
    revoke(number, now)
    note(actor(request), "token revoked", f"token {number}", now, own_number(request))

"""What an organisation answers for, what it claims, and what it says is not its own."""

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.answers.queries import said_not_ours
from tocsin.constituency.joining.applications import claim_more
from tocsin.constituency.joining.proofs import LOOK
from tocsin.constituency.joining.rules import MOST_CLAIMS
from tocsin.constituency.models import Application, Asset, Claim
from tocsin.database.queue import later
from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.desk.own import actor, own_number, own_organisation
from tocsin.web.forms import acted, posted
from tocsin.web.pages import page_of

SIZE = 100
MOST_SHOWN = 50
MOST_WAITING = 20


class NewClaims(forms.Form):
    claims = forms.CharField(
        label=gettext_lazy("What you answer for as well"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: 192.0.2.0/24, 2001:db8::/32, AS64500, example.org, @example.org."
        ),
    )


@gate.only(gate.MEMBERS)
def assets(request: gate.SignedIn) -> HttpResponse:
    """All that are valid, with where each is known from."""
    number = own_number(request)
    held = Asset.objects.filter(organisation=number, valid_to=None)
    claims = Claim.objects.filter(organisation=number).prefetch_related("proof_set")
    context = {
        "page": page_of(request, held, ("form", "value", "pk"), SIZE),
        "claims": list(claims.order_by("-pk")[:MOST_SHOWN]),
        "disputed": said_not_ours(number, MOST_SHOWN),
    }
    return render(request, "desk/assets.html", context)


@gate.only(gate.OWNER, gate.WRITING)
def claim_assets(request: gate.SignedIn) -> HttpResponse:
    """A form to claim more, and what will have to be proved."""
    form = NewClaims(posted(request))
    if request.method == "POST" and acted(
        form, lambda typed: _claim(request, typed["claims"]), "claims"
    ):
        messages.success(request, _("Your claim is in. Below is what proves it."))
        return redirect("own-assets")
    context = {"form": form, "most": MOST_CLAIMS}
    return render(request, "desk/claim.html", context, status=400 if form.errors else 200)


@gate.only(gate.OWNER, gate.ACTING)
def look_for_records(request: gate.SignedIn) -> HttpResponse:
    """Have DNS asked now for what proves the claims that wait."""
    waiting = Application.objects.filter(organisation=own_number(request), decided_at=None)
    for one in waiting[:MOST_WAITING]:
        later(LOOK, application=one.pk)
    messages.info(request, _("We are looking. Load this page again in a moment."))
    return redirect("own-assets")


def _claim(request: gate.SignedIn, text: str) -> None:
    waiting = Application.objects.filter(organisation=own_number(request), decided_at=None)
    if waiting.count() >= MOST_WAITING:
        raise TocsinError(_("Many of your claims wait for an analyst already."))
    now = datetime.now(UTC)
    claim_more(own_organisation(request), text, request.user.email, now, actor(request))

"""Parts of an organisation's assets whose threats go to its own customers."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.answers.delegations import Contact, delegate, delegations, end_delegation
from tocsin.web import gate
from tocsin.web.desk.days import end_of
from tocsin.web.desk.own import actor, own_number
from tocsin.web.desk.preferences import LANGUAGES
from tocsin.web.forms import acted, posted, tried


class NewDelegation(forms.Form):
    value = forms.CharField(
        label=gettext_lazy("Part of your assets"),
        max_length=300,
        help_text=gettext_lazy("A prefix, a domain or an @domain that lies within your own."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=200,
        help_text=gettext_lazy("As we address them in mails."),
    )
    email = forms.CharField(
        label=gettext_lazy("Their e-mail address"), max_length=254, widget=forms.EmailInput
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of their mails"), choices=LANGUAGES, initial="en"
    )
    until = forms.DateField(
        label=gettext_lazy("Up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until you end it."),
    )


@gate.only(gate.MEMBERS)
def all_delegations(request: gate.SignedIn) -> HttpResponse:
    """Those in force."""
    rows = delegations(datetime.now(UTC), own_number(request))
    return render(request, "desk/delegations.html", {"rows": rows})


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def new_delegation(request: gate.SignedIn) -> HttpResponse:
    """Pass a part on."""
    form = NewDelegation(posted(request))
    if request.method == "POST" and acted(form, lambda typed: _delegate(request, typed), "value"):
        messages.success(
            request,
            _("From the next alert on, %(name)s is told of threats there, and answers for them.")
            % {"name": form.cleaned_data["name"]},
        )
        return redirect("delegations")
    return render(
        request, "desk/new-delegation.html", {"form": form}, status=400 if form.errors else 200
    )


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def finish_delegation(request: gate.SignedIn, number: int) -> HttpResponse:
    """End one of them."""
    now = datetime.now(UTC)
    there = delegations(now, own_number(request))
    found = next((one for one in there if one.pk == number), None)
    if found is None:
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: end_delegation(own_number(request), number, actor(request), now))
        if not problems:
            messages.success(request, _("The delegation is ended: you are told again."))
            return redirect("delegations")
    context = {"delegation": found, "problems": problems}
    return render(request, "desk/end-delegation.html", context, status=400 if problems else 200)


def _delegate(request: gate.SignedIn, typed: dict[str, Any]) -> None:
    contact = Contact(typed["name"].strip(), typed["email"].strip(), typed["language"])
    delegate(
        own_number(request), typed["value"], contact, actor(request), datetime.now(UTC),
        end_of(typed["until"]),
    )  # fmt: skip

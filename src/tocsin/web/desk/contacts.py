"""Where an organisation's alerts go."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.constituency.contacts import PURPOSES, add_contact, ask_again, remove_contact
from tocsin.constituency.models import Contact
from tocsin.errors import TocsinError
from tocsin.web import gate
from tocsin.web.desk.own import actor, own_number
from tocsin.web.forms import acted, given, posted, tried

WORDS = {
    "abuse": gettext_lazy("abuse desk"),
    "security": gettext_lazy("security team"),
    "owner": gettext_lazy("owner"),
}


class NewContact(forms.Form):
    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Who reads it"),
        choices=[(one, WORDS[one]) for one in PURPOSES],
        initial="abuse",
        help_text=gettext_lazy(
            "Alerts go to the abuse desk, else to the security team, else to the owner."
        ),
    )
    replaces = forms.ChoiceField(label=gettext_lazy("Instead of"), required=False)

    def __init__(self, *args: Any, contacts: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"] = forms.ChoiceField(
            label=gettext_lazy("Instead of"),
            required=False,
            choices=[
                ("", _("nobody: as one more")),
                *((str(one.pk), f"{one.email} ({WORDS.get(one.purpose, one.purpose)})")
                  for one in contacts if not one.pending),
            ],
            help_text=gettext_lazy("The old address stays until the new one is confirmed."),
        )  # fmt: skip


@gate.only(gate.DESK)
def contacts(request: gate.SignedIn) -> HttpResponse:
    """All addresses, and whether they work."""
    return render(request, "desk/contacts.html", {"contacts": _contacts(request), "words": WORDS})


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def new_contact(request: gate.SignedIn) -> HttpResponse:
    """An address that is asked first."""
    form = NewContact(posted(request), contacts=_contacts(request))
    if request.method == "POST" and acted(form, lambda typed: _add(request, typed), "email"):
        messages.success(
            request,
            _("We have written to %(email)s. Alerts go there once somebody has pressed “Yes”.")
            % {"email": form.cleaned_data["email"]},
        )
        return redirect("contacts")
    status = 400 if form.errors else 200
    return render(request, "desk/new-contact.html", {"form": form}, status=status)


@gate.only(gate.OWNER, gate.WRITING)
@gate.fresh_to_write
def change_contact(request: gate.SignedIn, number: int) -> HttpResponse:
    """One address: ask it again, or remove it."""
    contact = Contact.objects.filter(organisation=own_number(request), pk=number).first()
    if contact is None:
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _change(request, number))
        if not problems:
            return redirect("contacts")
    context = {
        "contact": contact,
        "purpose": WORDS.get(contact.purpose, contact.purpose),
        "problems": problems,
    }
    status = 400 if problems else 200
    return render(request, "desk/change-contact.html", context, status=status)


def _contacts(request: gate.SignedIn) -> list[Contact]:
    found = Contact.objects.filter(organisation=own_number(request)).select_related("replaces")
    return list(found.order_by("purpose", "pk"))


def _add(request: gate.SignedIn, typed: dict[str, Any]) -> None:
    number, now = own_number(request), datetime.now(UTC)
    replaces = int(typed["replaces"] or 0)
    add_contact(number, typed["email"], typed["purpose"], now, actor(request), replaces)


def _change(request: gate.SignedIn, number: int) -> None:
    match given(request, "do"):
        case "ask":
            ask_again(own_number(request), number)
            messages.success(request, _("We have written to it, and asked whether it is right."))
        case "remove":
            remove_contact(own_number(request), number, datetime.now(UTC), actor(request))
            messages.success(request, _("The address is removed."))
        case _:
            raise TocsinError(_("Choose what to do."))

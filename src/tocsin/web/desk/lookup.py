"""What is wrong with one address, now or at a time: for whoever has a customer on the telephone."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.replies.sheet import UnclearError, since_in
from tocsin.constituency.lookup import Lookup, found_in_scope
from tocsin.database.scope import staff_glance
from tocsin.errors import TocsinError
from tocsin.threats import reading
from tocsin.threats.rules import known_and_not_over
from tocsin.threats.states import State
from tocsin.threats.wanted import Wanted
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.desk.answering import language, seen_by
from tocsin.web.desk.shown import Row, rows
from tocsin.web.desk.threat import READERS, texts
from tocsin.web.visible import around, visible_in_scope

MOST = 200


class LookupForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Address, network, domain or mail address"),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter an address.")},
    )
    at = forms.CharField(
        label=gettext_lazy("At a time (optional)"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "Such as 2026-03-31 14:05, in UTC, or with an offset: 2026-03-31T14:05+02:00. "
            "Empty: now."
        ),
    )

    def clean_at(self) -> datetime | None:
        try:
            return since_in(self.cleaned_data["at"])
        except UnclearError:
            raise forms.ValidationError(
                _("The time is not clear. Write it as 2026-03-31 14:05.")
            ) from None


@dataclass(frozen=True)
class Group:
    """The threats of one kind, and what to do about it."""

    title: str
    severity: str
    rows: list[Row]
    texts: list[Any]


@dataclass(frozen=True)
class Answer:
    """`yours`: whether the reader's organisation answers for it; None for staff."""

    found: Lookup
    yours: bool | None
    groups: list[Group]
    earlier: list[Row]

    @property
    def asked(self) -> str:
        """As people write it: a single address without its bits."""
        return self.found.asked.removesuffix("/32").removesuffix("/128")


@gate.only(READERS)
def lookup(request: gate.SignedIn) -> HttpResponse:
    """The form, and below it what was found."""
    if "address" not in request.GET:
        return render(request, "desk/lookup.html", {"form": LookupForm()})
    form = LookupForm(request.GET)
    if not form.is_valid():
        return render(request, "desk/lookup.html", {"form": form}, status=400)
    own = request.user.organisation_id
    try:
        with staff_glance():
            asked, at = form.cleaned_data["address"].strip(), form.cleaned_data["at"] or now()
            found = found_in_scope(asked, at)
            seen = visible_in_scope(own, now(), language()) if own else None
    except TocsinError as error:
        form.add_error("address", f"{_(str(error))} {_(error.hint)}".strip())
        return render(request, "desk/lookup.html", {"form": form}, status=400)
    context = {
        "form": form,
        "answer": _answer(request, found, seen),
        "asked_at": form.cleaned_data["at"],
    }
    return render(request, "desk/lookup.html", context)


def _answer(request: gate.SignedIn, found: Lookup, seen: Wanted | None) -> Answer:
    organisation = request.user.organisation
    seen = seen or seen_by(request)
    own = organisation.pk if organisation else None
    page = reading.page(replace(seen, **around(found.asked)), None, MOST)
    known = rows(page.items, own)
    there = [one for one in known if was_there(one, found.at)]
    return Answer(
        found,
        found.organisation == organisation.name if organisation else None,
        _grouped(there),
        [one for one in known if one not in there],
    )


def was_there(one: Row, at: datetime) -> bool:
    return known_and_not_over(State[one.state.upper()], one.first_seen, one.state_since, at)


def _grouped(known: list[Row]) -> list[Group]:
    kinds: dict[str, list[Row]] = {}
    for one in known:
        kinds.setdefault(one.kind, []).append(one)
    return [
        Group(each[0].title, each[0].severity, each, texts(name, language()))
        for name, each in kinds.items()
    ]

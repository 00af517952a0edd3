"""Who did what to whose data, as the plain log has it."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.access.models import Person, Role
from tocsin.audit import reading
from tocsin.audit.log import note
from tocsin.audit.models import Entry
from tocsin.audit.reading import Line, Wanted
from tocsin.constituency.models import Organisation
from tocsin.formulas import neutralised
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.pages import page_of
from tocsin.web.words import ROLES

SIZE = 100
MOST_EXPORTED = 20_000
COLUMNS = ("time", "who", "role", "what", "to", "organisation", "details")


class Choice(forms.Form):
    """What an auditor looks for; it stands in the address."""

    who = forms.CharField(
        label=gettext_lazy("Who"),
        help_text=gettext_lazy("A person’s number, such as 7, or “tocsin” for the program itself"),
        required=False,
        max_length=100,
    )
    what = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    about = forms.CharField(
        label=gettext_lazy("To whose data"),
        help_text=gettext_lazy("An organisation’s name"),
        required=False,
        max_length=300,
    )
    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("To"),
        help_text=gettext_lazy("This day is included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        known = [(action, action.replace("-", " ")) for action in reading.actions()]
        self.fields["what"].choices = [("", _("Anything")), *known]  # type: ignore[attr-defined]

    def clean_who(self) -> str:
        who = str(self.cleaned_data["who"]).strip()
        return f"person {who}" if who.isdecimal() else who

    def clean_about(self) -> int | None:
        name = str(self.cleaned_data["about"]).strip()
        if not name:
            return None
        found = Organisation.objects.filter(name__iexact=name).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("No organisation is called “%s”.") % name)
        return found

    @property
    def wanted(self) -> Wanted:
        """Nothing but what is right of it."""
        given = getattr(self, "cleaned_data", {})
        until = given.get("until")
        return Wanted(
            who=given.get("who", ""),
            what=given.get("what", ""),
            about=given.get("about"),
            since=_midnight(given.get("since")),
            until=_midnight(until + timedelta(days=1) if until else None),
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """`role`: of who did it, empty for programs and people who are gone; `whose`: the
    organisation's name."""

    line: Line
    role: str
    whose: str


@gate.only(gate.OVERSIGHT)
def log(request: gate.SignedIn) -> HttpResponse:
    """The latest first; filters stand in the address."""
    form = Choice(request.GET)
    right = form.is_valid()
    page = page_of(request, reading.entries(form.wanted), ("-pk",), SIZE)
    context = {
        "form": form,
        "page": page,
        "lines": _shown(page.rows),
        "query": request.GET.urlencode(),
        "chosen": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "oversight/log.html", context, status=200 if right else 400)


@gate.only(gate.OVERSIGHT)
def log_csv(request: gate.SignedIn) -> HttpResponse:
    """The latest 20 000 lines of what the page shows; that they were taken is noted itself."""
    form = Choice(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('oversight-log')}?{request.GET.urlencode()}")
    shown = _shown(reading.entries(form.wanted).order_by("-pk")[:MOST_EXPORTED])
    note(f"person {request.user.pk}", "log exported", "", now(), form.wanted.about)
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([neutralised(cell) for cell in _cells(one)] for one in shown)
    headers = {"Content-Disposition": 'attachment; filename="tocsin-log.csv"'}
    return HttpResponse(file.getvalue(), "text/csv; charset=utf-8", headers=headers)


def _cells(one: Shown) -> tuple[str, ...]:
    said = one.line
    when = said.at.isoformat()
    return when, said.who, one.role, said.what, said.subject, one.whose, said.detail


def _shown(entries: Iterable[Entry]) -> list[Shown]:
    """With roles and organisations; at most three queries."""
    entries = list(entries)
    known = _numbers(entries)
    lines = [reading.line(one, known) for one in entries]
    people = {_person(one.who) for one in lines}
    roles = dict(Person.objects.filter(pk__in=people - {0}).values_list("pk", "role"))
    numbers = {one.about for one in lines if one.about is not None}
    names = dict(Organisation.objects.filter(pk__in=numbers).values_list("pk", "name"))
    return [
        Shown(one, _role(roles.get(_person(one.who))), _whose(one.about, names)) for one in lines
    ]


def _numbers(entries: Iterable[Entry]) -> dict[str, str]:
    """Commands name people by their addresses; here they are numbers, as everybody is."""
    addresses = {one.actor for one in entries if "@" in one.actor}
    if not addresses:
        return {}
    people = Person.objects.filter(email__in=addresses).values_list("email", "pk")
    return {email: f"person {number}" for email, number in people}


def _person(who: str) -> int:
    """The number of `person 7`; 0 of anything else."""
    number = who.removeprefix("person ")
    return int(number) if who != number and number.isdecimal() and len(number) < 19 else 0


def _role(role: str | None) -> str:
    return str(ROLES[Role(role)]) if role else ""


def _whose(number: int | None, names: dict[int, str]) -> str:
    if number is None:
        return ""
    return names.get(number) or _("organisation {number}, which is gone").format(number=number)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None

"""What an organisation does not want to be told, and what that would hold before it is decided."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.models import Mute
from tocsin.alerts.mutes import Preview, Quiet, add_mute, end_mute, mutes_of, preview
from tocsin.alerts.wishes import Subject
from tocsin.kinds.catalogue import kind
from tocsin.kinds.rsit import CLASS_NAMES, SEVERITIES, class_name, severity_name
from tocsin.threats.wanted import kinds_by_number
from tocsin.web import gate
from tocsin.web.desk.days import end_of
from tocsin.web.desk.own import actor, own_number, own_organisation
from tocsin.web.forms import acted, posted, tried


class NewMute(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of threat"), required=False)
    rsit_class = forms.ChoiceField(label=gettext_lazy("Or a whole class"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Only of this severity"), required=False)
    network = forms.CharField(
        label=gettext_lazy("Only in this network"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("An address or a prefix, such as 192.0.2.0/24. Empty: everywhere."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    until = forms.DateField(
        label=gettext_lazy("Up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until you end it."),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("any"))
        seen = sorted((one.title_in(language), one.name) for one in kinds_by_number().values())
        classes = [(name, class_name(name, language)) for name in CLASS_NAMES]
        severities = [(name, severity_name(name, language)) for name in SEVERITIES]
        for name, choices in (
            ("kind", [(name, title) for title, name in seen]),
            ("rsit_class", classes),
            ("severity", severities),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [every, *choices]


@gate.only(gate.MEMBERS)
def mutes(request: gate.SignedIn) -> HttpResponse:
    """Those in force."""
    own = own_organisation(request)
    rows = [(one, _about(one, own.language)) for one in mutes_of(own.pk, datetime.now(UTC))]
    return render(request, "desk/mutes.html", {"rows": rows})


@gate.only(gate.DESK, gate.WRITING)
def new_mute(request: gate.SignedIn) -> HttpResponse:
    """Asked for by GET: what it would hold.  Sent by POST: it is made."""
    own, now = own_organisation(request), datetime.now(UTC)
    typed = posted(request) or request.GET or None
    form = NewMute(typed, language=own.language)
    shown: list[Preview] = []
    if request.method == "POST":
        if acted(form, lambda wish: add_mute(own.pk, _quiet(wish), actor(request), now)):
            messages.success(request, _("You will not be told of these any more."))
            return redirect("mutes")
    elif typed:
        acted(form, lambda wish: shown.append(preview(own.pk, _quiet(wish), now, own.language)))
    context = {"form": form, "preview": shown[0] if shown else None}
    return render(request, "desk/new-mute.html", context, status=400 if form.errors else 200)


@gate.only(gate.DESK, gate.ACTING)
def lift_mute(request: gate.SignedIn, number: int) -> HttpResponse:
    """End one of them."""
    if not Mute.objects.filter(organisation=own_number(request), pk=number).exists():
        raise Http404
    tried(lambda: end_mute(own_number(request), number, actor(request), datetime.now(UTC)))
    messages.success(request, _("The mute is ended. What it held is in the next alert."))
    return redirect("mutes")


def _quiet(typed: dict[str, Any]) -> Quiet:
    subject = Subject(typed["kind"], prefix=typed["network"].strip(), until=end_of(typed["until"]))
    return Quiet(subject, typed["rsit_class"], typed["severity"])


def _about(one: Mute, language: str) -> str:
    """In words: a kind's title, a class, a severity, a feed, a network."""
    parts = [
        kind(one.kind).title_in(language) if one.kind else "",
        class_name(one.rsit_class, language) if one.rsit_class else "",
        severity_name(one.severity, language) if one.severity else "",
        _("of the feed %(feed)s") % {"feed": one.feed} if one.feed else "",
        _("in %(network)s") % {"network": one.prefix} if one.prefix else "",
    ]
    return ", ".join(part for part in parts if part)

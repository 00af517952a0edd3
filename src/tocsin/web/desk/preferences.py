"""How an organisation wants to be written to."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.models import Preference
from tocsin.alerts.wishes import change_wishes
from tocsin.web import gate
from tocsin.web.desk.own import actor, own_number, own_organisation
from tocsin.web.forms import acted, posted

RHYTHMS = (
    ("daily", gettext_lazy("Once a day, if there is anything new")),
    ("weekly", gettext_lazy("Once a week")),
    ("immediate", gettext_lazy("Only at once, and only what is severe (see below)")),
)
WEEKDAYS = (
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
)
FROM = (
    ("critical", gettext_lazy("what is critical")),
    ("high", gettext_lazy("what is high or critical")),
    ("medium", gettext_lazy("what is medium or worse")),
    ("low", gettext_lazy("what is low or worse")),
    ("info", gettext_lazy("everything")),
    ("never", gettext_lazy("nothing: all of it waits")),
)
FORMATS = (
    ("html", gettext_lazy("Formatted, with plain text beside it")),
    ("text", gettext_lazy("Plain text only")),
)
LANGUAGES = (("en", "English"), ("de", "Deutsch"))


class Wishes(forms.Form):
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=RHYTHMS, widget=forms.RadioSelect
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("On which day, if once a week"), choices=WEEKDAYS, coerce=int
    )
    immediate_from = forms.ChoiceField(
        label=gettext_lazy("What does not wait"),
        choices=FROM,
        help_text=gettext_lazy("We write about this within a quarter of an hour."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Mails are"), choices=FORMATS, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of mails and pages"), choices=LANGUAGES
    )


@gate.only(gate.OWNER, gate.WRITING)
def preferences(request: gate.SignedIn) -> HttpResponse:
    """One form for all of them."""
    form = Wishes(posted(request), initial=_present(request))
    if request.method == "POST" and acted(form, lambda typed: _change(request, typed)):
        messages.success(request, _("Your preferences are saved. They count from the next alert."))
        return redirect("preferences")
    return render(
        request, "desk/preferences.html", {"form": form}, status=400 if form.errors else 200
    )


def _present(request: gate.SignedIn) -> dict[str, Any]:
    wish = Preference.objects.filter(organisation=own_number(request)).first() or Preference()
    names = ("rhythm", "weekday", "immediate_from", "format")
    present = {name: getattr(wish, name) for name in names}
    return {**present, "language": own_organisation(request).language}


def _change(request: gate.SignedIn, typed: dict[str, Any]) -> None:
    change_wishes(own_number(request), typed, actor(request), datetime.now(UTC))

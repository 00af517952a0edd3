"""What the authority holds back: made after a look at what it would hold, and lifted."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.held_by import HeldBack, held_by
from tocsin.alerts.models import Inhibition
from tocsin.alerts.wishes import Subject, inhibit, lift
from tocsin.constituency.models import Organisation
from tocsin.errors import TocsinError
from tocsin.intake.models import Feed
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import ThreatKind
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.forms import tried
from tocsin.web.pages import page_of

SIZE = 50


class NewInhibition(forms.Form):
    """An empty field stands for any."""

    organisation = forms.CharField(
        label=gettext_lazy("Organisation"), required=False, max_length=250,
        help_text=gettext_lazy("Its name. Leave it empty to mean every organisation."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind of threat"), required=False)
    feed = forms.ChoiceField(label=gettext_lazy("Feed"), required=False)
    network = forms.CharField(
        label=gettext_lazy("Addresses"), required=False, max_length=64,
        help_text=gettext_lazy("A network, such as 192.0.2.0/24."),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("It ends at 00:00 UTC of this day. Empty: until somebody lifts it."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text=gettext_lazy("For your colleagues and the log; organisations do not see it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        kinds = ThreatKind.objects.order_by("name").values_list("name", flat=True)
        feeds = Feed.objects.order_by("name").values_list("name", flat=True)
        named_kinds = [(name, f"{kind(name).title} ({name})") for name in kinds]
        self.fields["kind"].choices = [("", _("Any")), *named_kinds]  # type: ignore[attr-defined]
        self.fields["feed"].choices = [("", _("Any")), *((f, f) for f in feeds)]  # type: ignore[attr-defined]

    def clean_organisation(self) -> str:
        name: str = self.cleaned_data["organisation"]
        found = Organisation.objects.filter(name__iexact=name).first() if name else None
        if name and found is None:
            like = Organisation.objects.filter(name__icontains=name)[:5]
            names = ", ".join(like.values_list("name", flat=True))
            raise forms.ValidationError(
                _("No organisation is called so. There is %s.") % names
                if names
                else _("No organisation is called so.")
            )
        return found.name if found else ""

    def subject(self) -> Subject:
        """Raises `TocsinError` for a prefix that is none."""
        given = self.cleaned_data
        until = given["until"]
        end = datetime.combine(until, time(), UTC) if until else None
        return Subject(given["kind"], given["feed"], given["network"], end).checked()


@gate.only(gate.ANALYST)
def inhibitions(request: gate.SignedIn) -> HttpResponse:
    """Those that hold something now, then those that have ended."""
    moment = now()
    rows = Inhibition.objects.select_related("organisation")
    ended = Q(until__lte=moment)
    context = {
        "holding": rows.exclude(ended).order_by("-pk")[: SIZE * 2],
        "page": page_of(request, rows.filter(ended), ("-pk",), SIZE),
    }
    return render(request, "analyst/inhibitions.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
def new_inhibition(request: gate.SignedIn) -> HttpResponse:
    """Say what, look at what it would hold, then make it."""
    sent = request.POST if request.method == "POST" else None
    form = NewInhibition(sent, initial=_asked_for(request))
    context: dict[str, Any] = {"form": form, "problems": []}
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid() and not (problems := tried(form.subject)):
            if request.POST.get("do") == "make":
                _make(request, form)
                return redirect("inhibitions")
            context["held"] = _held(form)
            status = 200
        elif not form.errors:
            context["problems"] = problems
    return render(request, "analyst/new-inhibition.html", context, status=status)


@gate.only(gate.ANALYST, gate.ACTING)
def lift_inhibition(request: gate.SignedIn, number: int) -> HttpResponse:
    """What it held is told with the next alert."""
    try:
        lift("inhibition", number, f"person {request.user.pk}", now())
    except TocsinError as error:
        raise Http404 from error
    messages.success(request, _("Lifted. What it held is told with the next alert."))
    return redirect("inhibitions")


def _asked_for(request: gate.SignedIn) -> dict[str, str]:
    """What a link from another page is about."""
    return {name: request.GET.get(name, "") for name in ("organisation", "kind", "feed", "network")}


def _held(form: NewInhibition) -> HeldBack:
    name = form.cleaned_data["organisation"]
    number = Organisation.objects.get(name=name).pk if name else None
    return held_by(form.subject(), number, now())


def _make(request: gate.SignedIn, form: NewInhibition) -> None:
    given = form.cleaned_data
    by = f"person {request.user.pk}"
    inhibit(given["organisation"], form.subject(), given["reason"], by, now())
    messages.success(request, _("From now on these threats are held back."))

"""Threats that organisations say are none, or not theirs: looked at and decided."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.evidence import evidence_in
from tocsin.alerts.timeline import timeline_of
from tocsin.answers.actions import decide
from tocsin.answers.models import Dispute
from tocsin.answers.queries import disputed, grades
from tocsin.answers.rules import DISMISSED_FOR, Verdict
from tocsin.answers.timeline import What
from tocsin.constituency.models import Organisation
from tocsin.intake.models import Report
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import Threat
from tocsin.threats.states import Severity
from tocsin.web import gate
from tocsin.web.analyst.told import entries_of
from tocsin.web.clock import now
from tocsin.web.forms import tried

MOST = 100
VERDICTS = (
    ("reject", gettext_lazy("It is a threat, and theirs: tell them why, once")),
    ("confirm", gettext_lazy("It is no threat: do not tell it again until a day")),
    ("assign", gettext_lazy("Another organisation answers for it: tell that one")),
    ("nobody", gettext_lazy("Nobody we know answers for it")),
)
NOT_OURS = tuple(one for one in VERDICTS if one[0] != "confirm")


class Decision(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=VERDICTS, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("If it is a threat and theirs, they read this in their next alert."),
    )  # fmt: skip
    organisation = forms.CharField(
        label=gettext_lazy("The other organisation"), required=False, max_length=250,
        help_text=gettext_lazy("Its name; only if another one answers for it."),
    )  # fmt: skip
    until = forms.DateField(
        label=gettext_lazy("Not told again until"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Only if it is no threat; 180 days if you leave it empty."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("verdict") == "assign":
            name = given.get("organisation", "")
            given["number"] = (
                Organisation.objects.filter(name__iexact=name).values_list("pk", flat=True).first()
            )
            if given["number"] is None:
                self.add_error("organisation", _("Give the name of an organisation that there is."))
        if given.get("verdict") == "reject" and not given.get("reason"):
            self.add_error("reason", _("Say why: they will read it."))
        return given


@gate.only(gate.ANALYST)
def disputes(request: gate.SignedIn) -> HttpResponse:
    """What waits, the oldest first, and how often each feed is disputed rightly."""
    rows = [(one, kind(one.kind).title) for one in disputed(MOST)]
    context = {"rows": rows, "most": MOST, "grades": grades()[:MOST]}
    return render(request, "analyst/disputes.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
def dispute(request: gate.SignedIn, threat: UUID) -> HttpResponse:
    """Both sides of one, and the decision."""
    found = Dispute.objects.select_related("organisation").filter(key=threat, verdict="").first()
    if found is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = Decision(sent, initial={"until": (now() + DISMISSED_FOR).date()})
    if found.statement != "false-positive":
        form.fields["verdict"].choices = NOT_OURS  # type: ignore[attr-defined]
        del form.fields["until"]
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        problems = tried(lambda: _decide(request, threat, form.cleaned_data))
        if not problems:
            messages.success(request, _("Decided. The organisation is told what follows for it."))
            return redirect("disputes")
    context = _about(found) | {"form": form, "problems": problems}
    status = 400 if problems or form.errors else 200
    return render(request, "analyst/dispute.html", context, status=status)


def _decide(request: gate.SignedIn, threat: UUID, given: dict[str, Any]) -> None:
    until = given.get("until")
    decide(
        threat,
        Verdict(given["verdict"]),
        f"person {request.user.pk}",
        given["reason"],
        now(),
        given.get("number"),
        datetime.combine(until, time(), UTC) if until else None,
    )


def _about(found: Dispute) -> dict[str, Any]:
    threat = Threat.objects.select_related("kind", "organisation").get(
        kind_id=found.kind_id, key=found.key
    )
    sort = kind(threat.kind.name)
    report = Report.objects.select_related("feed").filter(pk=threat.last_report_id).first()
    path = report.segments.get(sort.name) if report else None
    seen = evidence_in(settings.TOCSIN_HOME, path, found.key, sort)
    events = timeline_of(threat, report, days=False)
    return {
        "dispute": found,
        "threat": threat,
        "kind": sort,
        "severity": Severity(threat.severity).name.lower(),
        "answer": next((one.detail for one in reversed(events) if one.what is What.ANSWERED), None),
        "evidence": sorted(seen.items()),
        "entries": entries_of(events),
        "waited": max(timedelta(0), now() - found.opened_at).days,
    }

"""A list that comes once, from its upload to what organisations are told of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.sample import mail_of
from tocsin.campaigns.actions import begin, choose, confirm, discard, rehearse, take
from tocsin.campaigns.content import columns_in, opened, told
from tocsin.campaigns.models import Campaign
from tocsin.campaigns.outcome import outcome_of
from tocsin.campaigns.rules import LARGEST, ROLES, TLPS, columns_of
from tocsin.constituency.models import Contact, Organisation
from tocsin.web import gate
from tocsin.web.analyst.words import plain, shown
from tocsin.web.clock import now
from tocsin.web.forms import given, tried
from tocsin.web.pages import page_of

SIZE = 50
AT_ONCE = 500_000  # bytes: a file that is taken while its analyst waits
ROLE_WORDS = {
    "time": gettext_lazy("When it was seen"),
    "address": gettext_lazy("Address or network"),
    "domain": gettext_lazy("Domain"),
    "url": gettext_lazy("Web address"),
    "email": gettext_lazy("E-mail address"),
    "port": gettext_lazy("Port"),
    "protocol": gettext_lazy("Protocol"),
    "tag": gettext_lazy("Tag, such as the malware or the CVE"),
    "severity": gettext_lazy("Severity"),
}


class NewCampaign(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200,
        help_text=gettext_lazy("For your colleagues; organisations do not see it."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("The list"), max_length=200,
        help_text=gettext_lazy(
            "A CSV file with one host, domain or address a line and the columns’ names in the "
            "first line, of at most 5 MB."
        ),
    )  # fmt: skip
    tlp = forms.ChoiceField(
        label=gettext_lazy("How far may it be passed on? (TLP)"), initial="AMBER",
        choices=[(one, f"TLP:{one}") for one in TLPS],
    )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 5 MB: take it as a feed."))
        return file


@gate.only(gate.ANALYST)
def campaigns(request: gate.SignedIn) -> HttpResponse:
    """Latest first."""
    rows = Campaign.objects.defer("content", "words", "columns")
    context = {"page": page_of(request, rows, ("-pk",), SIZE)}
    return render(request, "analyst/campaigns.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
def new_campaign(request: gate.SignedIn) -> HttpResponse:
    """The file, and what it is called."""
    sent = request.POST if request.method == "POST" else None
    form = NewCampaign(sent, request.FILES if sent is not None else None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        made: list[Campaign] = []
        problems = tried(lambda: made.append(_begun(request, form.cleaned_data)))
        if not problems:
            return redirect("campaign-columns", made[0].pk)
    context = {"form": form, "problems": problems}
    status = 400 if problems or form.errors else 200
    return render(request, "analyst/new-campaign.html", context, status=status)


@gate.only(gate.ANALYST, gate.WRITING)
def campaign_columns(request: gate.SignedIn, number: int) -> HttpResponse:
    """Which column carries what."""
    found = _draft(number)
    columns = columns_in(opened(found))
    problems: list[str] = []
    chosen = found.columns
    if request.method == "POST":
        chosen = {role: given(request, role) for role in ROLES}
        problems = tried(lambda: choose(number, columns_of(chosen)))
        if not problems:
            return redirect("campaign-words", number)
    context = {
        "campaign": found,
        "columns": columns,
        "roles": [(role, ROLE_WORDS[role], chosen.get(role, "")) for role in ROLES],
        "problems": problems,
    }
    status = 400 if problems else 200
    return render(request, "analyst/campaign-columns.html", context, status=status)


@gate.only(gate.ANALYST, gate.WRITING)
def campaign(request: gate.SignedIn, number: int) -> HttpResponse:
    """What would come of a draft, with its confirmation; of others, what came of it."""
    found = _campaign(number)
    problems: list[str] = []
    if request.method == "POST":
        problems = tried(lambda: _act(request, found))
        if not problems:
            gone = request.POST.get("do") == "discard"
            return redirect("campaigns") if gone else redirect("campaign", number)
    found = _campaign(number)
    if found.state == "draft" and not found.words:
        return redirect("campaign-columns", number)
    context = {
        "campaign": found,
        "problems": problems,
        "first": next(iter(found.tried.get("told", ())), None),
        "outcome": outcome_of(found) if found.state != "draft" else None,
    }
    template = "campaign-check" if found.state == "draft" else "campaign"
    status = 400 if problems else 200
    return render(request, f"analyst/{template}.html", context, status=status)


@gate.only(gate.ANALYST)
def campaign_mail(request: gate.SignedIn, number: int) -> HttpResponse:
    """What `?organisation=` would be told of a draft, as it would read it."""
    text = request.GET.get("organisation", "")
    whose = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    found = _draft(number)
    organisation = Organisation.objects.filter(pk=whose).first()
    content = told(found, organisation, now()) if organisation and found.words else None
    if content is None:
        return plain(_("Nothing on the list is theirs."))
    contact = Contact.objects.filter(organisation=organisation).order_by("pk").first()
    return shown(mail_of(content, contact.email if contact else ""))


def _begun(request: gate.SignedIn, chosen: dict[str, Any]) -> Campaign:
    file = chosen["file"]
    by = f"person {request.user.pk}"
    return begin(chosen["name"], file.name, file.read(), chosen["tlp"], by, now())


def _act(request: gate.SignedIn, found: Campaign) -> None:
    by, moment = f"person {request.user.pk}", now()
    match request.POST.get("do"):
        case "again":
            rehearse(found.pk, moment)
        case "discard":
            discard(found.pk, by, moment)
            messages.success(request, _("The draft and its file are gone."))
        case "confirm":
            confirm(found.pk, by, moment)
            if found.size <= AT_ONCE:
                take(found.pk, moment)
            messages.success(request, _("Confirmed. Each organisation is told once."))


def _campaign(number: int) -> Campaign:
    found = Campaign.objects.select_related("report").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _draft(number: int) -> Campaign:
    found = _campaign(number)
    if found.state != "draft":
        raise Http404
    return found

"""Kinds of threats and their words: as shipped, and as the authority says them itself."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.kinds.actions import rate, unword, word
from tocsin.kinds.catalogue import Kind, all_kinds, kind, shipped_kinds
from tocsin.kinds.models import KindWording
from tocsin.kinds.rsit import SEVERITIES, class_name
from tocsin.threats.models import ThreatKind
from tocsin.web import gate
from tocsin.web.analyst.words import (
    LANGUAGES,
    NAMES,
    WordsForm,
    incomplete,
    posted,
    shown_mail,
    words_in,
)
from tocsin.web.clock import now
from tocsin.web.forms import tried

VERSIONS = 20


class SeverityForm(forms.Form):
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), required=False)

    def __init__(self, *args: Any, shipped: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["severity"].choices = [  # type: ignore[attr-defined]
            ("", _("As shipped: %s") % shipped),
            *((one, one) for one in SEVERITIES),
        ]


@gate.only(gate.ANALYST)
def kinds(request: gate.SignedIn) -> HttpResponse:
    """Those that were seen here; `?which=all` or `own`; `?q=` finds some among all."""
    wanted = request.GET.get("q", "")[:100].strip().lower()
    which = request.GET.get("which", "all" if wanted else "seen")
    seen = set(ThreatKind.objects.values_list("name", flat=True))
    every = {**all_kinds(), **{name: kind(name) for name in seen}}
    rows = [
        (one, class_name(one.class_, "en"), one.name in seen)
        for one in every.values()
        if wanted in f"{one.name} {one.title} {one.class_}".lower()
        and (which == "all" or (one.name in seen if which == "seen" else one.own))
    ]
    rows.sort(key=lambda row: (row[0].title, row[0].name))
    context = {"rows": rows, "q": wanted, "which": which}
    return render(request, "analyst/kinds.html", context)


@gate.only(gate.ANALYST, gate.WRITING)
def one_kind(request: gate.SignedIn, name: str) -> HttpResponse:
    """Its words in one language (`?language=`), as a form, and the mail that they make."""
    found = _known(name)
    language = request.GET.get("language", "en")
    if language not in NAMES:
        raise Http404
    problems: list[str] = []
    form = WordsForm(request.POST if _saves(request) else None, initial=words_in(found, language))
    if request.method == "POST":
        problems = tried(lambda: _act(request, name, language, form))
        if not problems and not form.errors:
            return redirect(f"{reverse('one-kind', args=[name])}?language={language}")
    shipped = shipped_kinds().get(name)
    context = {
        "kind": found,
        "form": form,
        "problems": problems,
        "language": language,
        "language_name": NAMES[language],
        "languages": [(code, words, code in found.languages()) for code, words in LANGUAGES],
        "is_own": language in found.languages(),
        "rating": SeverityForm(
            initial={"severity": "" if _as_shipped(found) else found.severity},
            shipped=shipped.severity if shipped else found.severity,
        ),
        "class_name": class_name(found.class_, "en"),
        "shared": sorted(
            one.name for one in all_kinds().values() if one.text_from == name and one.name != name
        ),
        "versions": KindWording.objects.filter(kind=name).order_by("-pk")[:VERSIONS],
    }
    status = 400 if problems or form.errors else 200
    return render(request, "analyst/one-kind.html", context, status=status)


@gate.only(gate.ANALYST, gate.WRITING)
def kind_mail(request: gate.SignedIn, name: str) -> HttpResponse:
    """A sample mail in the words that were sent, kept or not; by GET in those that hold."""
    found = _known(name)
    language = request.GET.get("language", "en")
    if language not in NAMES:
        raise Http404
    given = request.POST if request.method == "POST" else words_in(found, language)
    wording = posted(WordsForm(given))
    return shown_mail(wording, found, found.severity, language) if wording else incomplete()


def _saves(request: gate.SignedIn) -> bool:
    return request.method == "POST" and request.POST.get("do") == "save"


def _act(request: gate.SignedIn, name: str, language: str, form: WordsForm) -> None:
    by, moment = f"person {request.user.pk}", now()
    match request.POST.get("do"):
        case "save":
            if form.is_valid():
                word(name, language, form.wording(), by, moment)
                messages.success(request, _("From the next alert on these are its words."))
        case "shipped":
            unword(name, language, by, moment)
            messages.success(request, _("The shipped words hold again."))
        case "rate":
            rate(name, request.POST.get("severity", ""), by, moment)
            messages.success(request, _("Coming observations have this severity."))


def _known(name: str) -> Kind:
    found = kind(name)
    if found.flagged and not found.own and not ThreatKind.objects.filter(name=name).exists():
        raise Http404
    return found


def _as_shipped(one: Kind) -> bool:
    shipped = shipped_kinds().get(one.name)
    return shipped is not None and shipped.severity == one.severity

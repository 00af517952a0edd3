"""What a campaign's threats are, and in which words they are told."""

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.campaigns.actions import phrase, rehearse
from tocsin.campaigns.content import description_of
from tocsin.campaigns.models import Campaign
from tocsin.campaigns.rules import kind_name
from tocsin.kinds.actions import Description, sketch
from tocsin.kinds.catalogue import GENERIC, Kind, shipped_kinds
from tocsin.kinds.rsit import CLASS_NAMES, SEVERITIES, TYPES
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

WINDOW_DAYS = 30


class FactsForm(forms.Form):
    like = forms.ChoiceField(
        label=gettext_lazy("Words"), required=False,
        help_text=gettext_lazy("Those of a kind that there is, or words for this campaign only."),
    )  # fmt: skip
    type = forms.ChoiceField(label=gettext_lazy("What sort of threat"))
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity of rows that say none"), choices=[(s, s) for s in SEVERITIES]
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Days until it counts as lost"), min_value=1, max_value=365,
        help_text=gettext_lazy("The list comes once: nobody looks again whether it is fixed."),
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        every = sorted(shipped_kinds().values(), key=lambda one: (one.title, one.name))
        shipped = [one for one in every if not one.name.startswith(GENERIC)]
        self.fields["like"].choices = [  # type: ignore[attr-defined]
            ("", _("Words for this campaign only")),
            *((one.name, f"{one.title} ({one.name})") for one in shipped),
        ]
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            (CLASS_NAMES[class_], [(f"{class_}/{one}", one.replace("-", " ")) for one in types])
            for class_, types in TYPES.items()
        ]


@gate.only(gate.ANALYST, gate.WRITING)
def campaign_words(request: gate.SignedIn, number: int) -> HttpResponse:
    """The facts, and the words in one language (`?language=`)."""
    found = Campaign.objects.filter(pk=number, state="draft").first()
    language = request.GET.get("language", "en")
    if found is None or language not in NAMES:
        raise Http404
    given = request.POST if request.method == "POST" else None
    now_said = description_of(found) if found.words else None
    facts = FactsForm(given, initial=_facts(now_said))
    form = WordsForm(given, initial=_words(now_said, language))
    if request.method == "POST" and request.POST.get("do") == "mail":
        return _mail(found, facts, form, language)
    problems: list[str] = []
    status = 200
    if request.method == "POST":
        status = 400
        if said := _said(facts, form, now_said, language):
            problems = tried(lambda: _keep(number, said))
            if not problems:
                return redirect(_next(request, number))
    context = {
        "campaign": found,
        "facts": facts,
        "form": form,
        "problems": problems,
        "language": language,
        "language_name": NAMES[language],
        "languages": [
            (code, words, bool(now_said and code in now_said.words)) for code, words in LANGUAGES
        ],
    }
    return render(request, "analyst/campaign-words.html", context, status=status)


def _keep(number: int, said: Description) -> None:
    phrase(number, said)
    rehearse(number, now())


def _next(request: gate.SignedIn, number: int) -> str:
    """The next language, or on."""
    more = request.POST.get("more", "")
    if more in NAMES:
        return f"{reverse('campaign-words', args=[number])}?language={more}"
    return reverse("campaign", args=[number])


def _facts(said: Description | None) -> dict[str, Any]:
    if said is None:
        return {
            "severity": "high",
            "window_days": WINDOW_DAYS,
            "type": "vulnerable/vulnerable-system",
        }
    return {**asdict(said), "type": f"{said.class_}/{said.type}"}


def _words(said: Description | None, language: str) -> dict[str, str]:
    if said and language in said.words:
        return asdict(said.words[language])
    if said and said.like:
        return words_in(shipped_kinds()[said.like], language)
    return {}


def _said(
    facts: FactsForm, form: WordsForm, before: Description | None, language: str
) -> Description | None:
    """None where something in a form is wrong.  A campaign in another kind's words has none."""
    if not facts.is_valid():
        return None
    given = facts.cleaned_data
    class_, _slash, type_ = given["type"].partition("/")
    made = Description(
        given["severity"], class_, type_, given["window_days"], given["like"],
        dict(before.words) if before and not given["like"] else {},
    )  # fmt: skip
    if given["like"]:
        return made
    if not form.is_valid():
        return None
    return replace(made, words={**made.words, language: form.wording()})


def _mail(found: Campaign, facts: FactsForm, form: WordsForm, language: str) -> HttpResponse:
    kind, wording = _sketched(found, facts), posted(form)
    if kind is not None:
        form = WordsForm(words_in(kind, language))
        wording = posted(form)
    severity = facts.cleaned_data.get("severity", "high") if facts.is_valid() else "high"
    if wording is None:
        return incomplete()
    example = kind or next(iter(shipped_kinds().values()))
    return shown_mail(wording, example, severity, language)


def _sketched(found: Campaign, facts: FactsForm) -> Kind | None:
    """The kind in another one's words."""
    if not facts.is_valid() or not facts.cleaned_data["like"]:
        return None
    said = _said(facts, WordsForm(), None, "en")
    return sketch(kind_name(found.pk), said) if said else None

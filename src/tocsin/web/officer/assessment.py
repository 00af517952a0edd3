"""An organisation's self-assessment, beside what is observed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.outreach import queries
from tocsin.outreach.assessment import Given, assess, latest
from tocsin.outreach.briefing import assessed
from tocsin.outreach.controls import Says, controls, questions
from tocsin.outreach.models import ControlAnswer
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.forms import given, tried

Asked = tuple[str, str, str, str]  # a question's name and text, the answer, the note


@gate.only(gate.MEMBERS)
def self_assessment(request: gate.SignedIn) -> HttpResponse:
    """The five controls: what is said, what is seen, and the form for those who may answer."""
    return _shown(request, [])


@gate.only(gate.DESK, gate.ACTING)
def assess_controls(request: gate.SignedIn) -> HttpResponse:
    """Keep the answers."""
    whose = request.user.organisation_id or 0
    problems = tried(lambda: assess(whose, _given(request), now(), request.user))
    if problems:
        return _shown(request, problems)
    messages.success(request, _("Your answers were kept."))
    return redirect("self-assessment")


def _shown(request: gate.SignedIn, problems: list[str]) -> HttpResponse:
    whose = request.user.organisation_id or 0
    looked, seen = queries.seen_by_itself(whose, now())
    asked = _asked(request, latest(whose))
    context = {
        "controls": list(zip(assessed(whose, seen), asked, strict=True)),
        "answers": Says.choices,
        "may": request.user.role in gate.DESK,
        "problems": problems,
        "looked": looked,
    }
    return render(request, "officer/assessment.html", context, status=400 if problems else 200)


def _given(request: gate.SignedIn) -> dict[str, Given]:
    return {
        name: Given(given(request, name), given(request, f"note-{name}")) for name in questions()
    }


def _asked(request: gate.SignedIn, known: dict[str, ControlAnswer]) -> list[list[Asked]]:
    """By control; what was typed goes before what is kept."""
    return [
        [(name, _(text), *_value(request, name, known.get(name))) for name, text in one.questions]
        for one in controls()
    ]


def _value(request: gate.SignedIn, name: str, known: ControlAnswer | None) -> tuple[str, str]:
    if request.method == "POST":
        return given(request, name), given(request, f"note-{name}")
    return (known.answer, known.note) if known else ("", "")

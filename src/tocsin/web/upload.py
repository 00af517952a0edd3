"""A desk that is signed in answers with a file, for any of its organisation's threats."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from tocsin.alerts.replies.page_words import PageWords
from tocsin.alerts.replies.taking import Answering, take_files
from tocsin.answers.statements import Via, Who
from tocsin.web import gate
from tocsin.web.answer_files import handed_in, refused_csv
from tocsin.web.clock import now
from tocsin.web.gate import SignedIn

NOBODYS = UUID(int=0)


@gate.only(gate.DESK, gate.WRITING)
def upload(request: SignedIn) -> HttpResponse:
    """A form for the file, and what became of it."""
    words = PageWords(get_language())
    context: dict[str, Any] = {"words": words.labels(), "statements": words.statements()}
    if request.method != "POST":
        return render(request, "upload.html", context)
    files = handed_in(request)
    if not files:
        context["problem"] = words.no_file()
        return render(request, "upload.html", context, status=400)
    person = request.user
    assert person.organisation_id is not None
    who = Who(person.email, person=person.pk)
    taken = take_files(files, Answering(person.organisation_id, who, Via.UPLOAD), now())
    context |= {
        "taken": taken,
        "headline": words.headline(taken),
        "outcome": words.outcome(taken),
        "refused": words.refused(taken.refused),
        "hidden": words.hidden(taken.refused),
    }
    return render(request, "upload.html", context)


@gate.only(gate.DESK)
def refused(request: HttpRequest) -> HttpResponse:
    """What was not taken of the submission `?of=`, as CSV; only one's own organisation's."""
    try:
        together = UUID(request.GET.get("of", ""))
    except ValueError:
        together = NOBODYS
    return refused_csv(together)

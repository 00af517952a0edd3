"""The list of threats, with filters in its address, and answers on several at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.alerts.replies.words import name_of
from tocsin.answers.statements import Statement
from tocsin.kinds.catalogue import Kind
from tocsin.threats import reading
from tocsin.threats.days import kinds_of_organisation
from tocsin.threats.reading import Place
from tocsin.threats.wanted import kinds_by_number
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.desk import answering
from tocsin.web.desk.answering import AnswerForm
from tocsin.web.desk.filters import ThreatFilters, chosen, plain, threat_id
from tocsin.web.desk.shown import Row, ids, rows
from tocsin.web.pages import AFTER, place_in, sealed

READERS = gate.MEMBERS | gate.ANALYST
SIZE = 100
MOST = 5_000  # threats answered at once
TICKED, SHOWN, ALL = "ticked", "shown", "all"


@dataclass(frozen=True)
class Listed:
    """A page of rows; `next` and `start` are addresses.  `looked`: whether it is short because
    so many threats were looked at that do not fit."""

    rows: list[Row]
    next: str = ""
    first: bool = True
    start: str = ""

    @property
    def looked(self) -> bool:
        return bool(self.next) and len(self.rows) < SIZE


@gate.only(READERS)
def threats(request: gate.SignedIn) -> HttpResponse:
    """The list; a threat's id in the field for addresses leads to that threat."""
    if key := threat_id(request.GET.get("what", "")):
        return redirect("threat", key)
    return _list(request, _filters(request), AnswerForm(), [])


@gate.only(gate.DESK, gate.ACTING)
def answer_threats(request: gate.SignedIn) -> HttpResponse:
    """Answer on what is ticked, on all of the page, or on all that fit the address's filters."""
    form, answer = _filters(request), AnswerForm(request.POST)
    problems = _problems(request)
    if not (form.is_valid() and answer.is_valid()) or problems:
        return _list(request, form, answer, problems)
    taken = answering.take(request, answer, _which(request, form))
    answering.tell(request, taken)
    return answering.back_to(_address(request), taken)


def _filters(request: gate.SignedIn) -> ThreatFilters:
    return ThreatFilters(request.GET, kinds=_kinds(request), language=answering.language())


def _kinds(request: gate.SignedIn) -> list[Kind]:
    own = request.user.organisation_id
    return kinds_of_organisation(own) if own else list(kinds_by_number().values())


def _problems(request: HttpRequest) -> list[str]:
    which, ticked = request.POST.get("which", TICKED), _posted(request, "threat")
    if which == TICKED and not ticked:
        return [_("Tick the threats that you answer for, or choose all.")]
    if which != TICKED and ticked:
        return [_("You have ticked threats, but chosen more than those. Which do you mean?")]
    return []


def _which(request: gate.SignedIn, form: ThreatFilters) -> list[UUID]:
    which = request.POST.get("which", TICKED)
    if which != ALL:
        return _posted(request, "threat" if which == TICKED else "shown")
    page = reading.page(form.wanted(answering.seen_by(request), now()), None, MOST)
    return list(ids(page.items))


def _posted(request: HttpRequest, name: str) -> list[UUID]:
    found = (threat_id(text) for text in request.POST.getlist(name))
    return [key for key in found if key]


def _address(request: HttpRequest) -> str:
    """The same page of the list."""
    query = request.GET.copy()
    query.pop(answering.DONE, None)
    return f"{reverse('threats')}?{query.urlencode()}"


def _list(
    request: gate.SignedIn, form: ThreatFilters, answer: AnswerForm, problems: list[str]
) -> HttpResponse:
    listed = _listed(request, form) if form.is_valid() else Listed([])
    context: dict[str, Any] = {
        "form": form,
        "answer": answer,
        "problems": [*problems, *(error for each in answer.errors.values() for error in each)],
        "page": listed,
        "chosen": chosen(request, form),
        "all": reverse("threats"),
        "query": request.GET.urlencode(),
        "back": _address(request),
        "which": request.POST.get("which", TICKED),
        "ticked": set(_posted(request, "threat")),
        "most": MOST,
        "desk": request.user.role in gate.DESK,
        "staff": request.user.organisation_id is None,
        "done": answering.just_done(request),
        "statements": [(one.value, name_of(one, answering.language())) for one in Statement],
    }
    wrong = form.errors or context["problems"]
    return render(request, "desk/threats.html", context, status=400 if wrong else 200)


def _listed(request: gate.SignedIn, form: ThreatFilters) -> Listed:
    after = place_in(request, 2)
    wanted = form.wanted(answering.seen_by(request), now())
    found = reading.page(wanted, Place(after[0], UUID(after[1])) if after else None, SIZE)
    shown: list[Row] = rows(found.items, request.user.organisation_id)
    following = ""
    if found.after:
        query = request.GET.copy()
        query.pop(answering.DONE, None)
        query[AFTER] = sealed([found.after.kind, str(found.after.key)])
        following = f"{reverse('threats')}?{query.urlencode()}"
    start = f"{reverse('threats')}?{plain(request.GET)}"
    return Listed(shown, following, after is None, start)

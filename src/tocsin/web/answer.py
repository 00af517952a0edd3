"""The pages behind the links in an alert's mail: a desk answers there, without signing in.

The token in the address is the whole permission, and nothing comes from cookies: so another site's
form could do nothing that whoever knows the token could not do anyway.  Reading changes nothing.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tocsin.access.throttle import too_many
from tocsin.alerts.channels.mail.parcels import content_of
from tocsin.alerts.content import AlertContent
from tocsin.alerts.links import delivery_of
from tocsin.alerts.models import Delivery
from tocsin.alerts.replies import shown
from tocsin.alerts.replies.allowed import holder_of
from tocsin.alerts.replies.page_words import PageWords
from tocsin.alerts.replies.sheet import UnclearError, since_in, visible
from tocsin.alerts.replies.taking import Answering, Taken, take_files, take_given
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.web import clock
from tocsin.web.answer_files import handed_in, refused_csv
from tocsin.web.attempts import caller as address_of
from tocsin.web.gate import View, open_to_all

SPAN = timedelta(minutes=15)
BAD_TOKENS, ANSWERS = 60, 120  # within the span: by one caller, by one link
ALL, TICKED, KIND = "all", "ticked", "kind-"
PRIVATE = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Opened:
    """What a good token opens."""

    token: str
    delivery: Delivery
    content: AlertContent
    who: Who
    words: PageWords

    @property
    def answering(self) -> Answering:
        delivery = self.delivery
        return Answering(delivery.organisation_id, self.who, Via.LINK, delivery.alert_id)


@dataclass
class Form:
    """What was sent, and what is wrong with it."""

    statement: str = ""
    which: str = ""
    comment: str = ""
    since: str = ""
    ticked: frozenset[str] = frozenset()
    problems: list[str] = field(default_factory=list)


def _open(view: View) -> View:
    """A page for who has a token; every other one gets the same answer."""

    def opening(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        opened = opened_by(token, _now())
        if opened is None:
            too_often = too_many(f"answer {address_of(request)}", BAD_TOKENS, SPAN, _tried_at())
            return _private(render(request, "answer-gone.html", status=429 if too_often else 404))
        if request.method == "POST" and too_many(f"answers {token}", ANSWERS, SPAN, _tried_at()):
            context = {"words": opened.words.labels(), "problem": opened.words.too_often()}
            return _private(render(request, "answer-slow.html", context, status=429))
        response = view(request, opened, *args, **kwargs)
        assert isinstance(response, HttpResponse)
        return _private(response)

    return csrf_exempt(open_to_all(opening))


def _now() -> datetime:
    return clock.now()


def _tried_at() -> datetime:
    """A demo's clock stands still: tries are counted by the real one."""
    return datetime.now(UTC)


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def opened_by(token: str, now: datetime) -> Opened | None:
    number = delivery_of(token, now)
    if number is None:
        return None
    with staff_scope():
        found = Delivery.objects.select_related("alert__delegation", "organisation", "contact")
        delivery = found.filter(pk=number).first()
        who = holder_of(delivery, now) if delivery else None
    if delivery is None or who is None:
        return None
    return Opened(token, delivery, content_of(delivery), who, PageWords(delivery.alert.language))


@_open
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, opened: Opened) -> HttpResponse:
    """A whole alert: all of it, a kind, or the rows that are ticked."""
    form = Form()
    if request.method == "POST":
        form = _form(request, opened)
        if not form.problems:
            given = _given(form, _chosen(form, opened))
            return _outcome(request, opened, take_given(given, opened.answering, _now()))
    return _page(request, opened, form)


@_open
@require_http_methods(["GET", "HEAD", "POST"])
def threat(request: HttpRequest, opened: Opened, threat: UUID) -> HttpResponse:
    """One threat of the alert."""
    line = shown.line(opened.delivery.alert, threat)
    if line is None:
        return render(request, "answer-gone.html", status=404)
    form = Form()
    if request.method == "POST":
        form = _form(request, opened, only=str(threat))
        if not form.problems:
            given = _given(form, [threat])
            return _outcome(request, opened, take_given(given, opened.answering, _now()))
    return _page(request, opened, form, line)


@_open
@require_POST
def file(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The alert's CSV filled in, or JSON."""
    files = handed_in(request)
    if not files:
        return _page(request, opened, Form(problems=[opened.words.no_file()]))
    answering = Answering(
        opened.delivery.organisation_id, opened.who, Via.UPLOAD, opened.delivery.alert_id
    )
    return _outcome(request, opened, take_files(files, answering, _now()))


@_open
@require_safe
def refused(request: HttpRequest, opened: Opened, handed_in: UUID) -> HttpResponse:
    """What of a file was not taken."""
    with organisation_scope(opened.delivery.organisation_id):
        return refused_csv(handed_in, opened.delivery.alert_id)


def _form(request: HttpRequest, opened: Opened, only: str = "") -> Form:
    sent = request.POST
    form = Form(
        sent.get("statement", ""),
        TICKED if only else sent.get("which", ""),
        sent.get("comment", ""),
        sent.get("since", ""),
        frozenset([only] if only else sent.getlist("threat")),
    )
    if form.statement not in set(Statement):
        form.problems.append(opened.words.no_statement())
    if not form.which or (form.which == TICKED and not form.ticked):
        form.problems.append(opened.words.no_threats())
    if form.ticked and form.which not in ("", TICKED):
        form.problems.append(opened.words.ticked_and_more())
    try:
        since_in(form.since)
    except UnclearError:
        form.problems.append(opened.words.no_day())
    return form


def _chosen(form: Form, opened: Opened) -> list[UUID]:
    alert = opened.delivery.alert
    if form.which == ALL:
        return shown.threats(alert)
    if form.which.startswith(KIND):
        numbers = {f"{KIND}{kind.number}": kind.title for kind in shown.kinds(opened.content)}
        if form.which not in numbers:
            raise BadRequest("no such kind")
        return shown.threats(alert, numbers[form.which])
    try:
        return [UUID(one) for one in sorted(form.ticked)]
    except ValueError as error:
        raise BadRequest("no id") from error


def _given(form: Form, threats: list[UUID]) -> list[Given]:
    comment, since = visible(form.comment), since_in(form.since)
    return [Given(one, Statement(form.statement), comment, since) for one in threats]


def _page(
    request: HttpRequest, opened: Opened, form: Form, only: shown.Line | None = None
) -> HttpResponse:
    total = opened.content.total
    last = max(1, -(-total // shown.SIZE))
    number = _page_number(request, last)
    words = opened.words
    context = {
        **_frame(opened),
        "form": form,
        "only": only,
        "statements": words.statements(),
        "everything": words.everything(total),
        "kinds": [
            (f"{KIND}{kind.number}", words.of_kind(kind.title, kind.total))
            for kind in shown.kinds(opened.content)
        ],
        "groups": [
            (words.severity(one.severity), one.severity, one.title, rows)
            for one, rows in _grouped([only] if only else shown.page(opened.delivery.alert, number))
        ],
        "before": number - 1 if number > 1 and not only else 0,
        "after": number + 1 if number < last and not only else 0,
        "number": number,
        "last": last,
    }
    return render(request, "answer.html", context, status=400 if form.problems else 200)


def _grouped(rows: list[shown.Line]) -> list[tuple[shown.Line, list[shown.Line]]]:
    """(the first row, all rows) of each kind."""
    groups = [list(members) for _, members in groupby(rows, key=lambda row: row.title)]
    return [(members[0], members) for members in groups]


def _page_number(request: HttpRequest, last: int) -> int:
    written = request.GET.get("page", "1")
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 1
    return min(max(number, 1), last)


def _outcome(request: HttpRequest, opened: Opened, taken: Taken) -> HttpResponse:
    words = opened.words
    context = {
        **_frame(opened),
        "headline": words.headline(taken),
        "outcome": words.outcome(taken),
        "refused": words.refused(taken.refused),
        "hidden": words.hidden(taken.refused),
        "taken": taken,
    }
    return render(request, "answer-taken.html", context)


def _frame(opened: Opened) -> dict[str, Any]:
    content = opened.content
    return {
        "token": opened.token,
        "content": content,
        "words": opened.words.labels(),
        "intro": opened.words.intro(content.ticket, content.organisation),
        "valid": opened.words.valid(),
    }

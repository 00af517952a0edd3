"""One threat: what it is, both sides' time line, the evidence, and what a customer is told."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.alerts.channels.mail.wording import headings
from tocsin.alerts.language import LOCALES
from tocsin.alerts.replies.reasons import sentence
from tocsin.alerts.timeline import whole_life
from tocsin.answers.delegations import Affected, covering
from tocsin.kinds.catalogue import kind
from tocsin.kinds.prose import blocks, spans
from tocsin.threats.models import Threat
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.desk import answering
from tocsin.web.desk.advice import advice
from tocsin.web.desk.answering import AnswerForm, language
from tocsin.web.desk.events import entries
from tocsin.web.desk.shown import Row, row
from tocsin.web.filters import time
from tocsin.web.visible import Whole, in_full, whole

READERS = gate.MEMBERS | gate.ANALYST
STANDS = {
    "dismissed": gettext_lazy("An analyst found that this is no threat, for the time being."),
    "open": gettext_lazy("It was seen, and nobody has said yet that it is fixed."),
    "claimed": gettext_lazy("It is said to be fixed. The next observations will show it."),
    "conflict": gettext_lazy(
        "It was said to be fixed, and was seen again after that. Please look once more."
    ),
    "reopened": gettext_lazy("It was gone, and is back."),
    "disputed": gettext_lazy("It is said to be no threat, or not theirs. An analyst decides."),
    "gone": gettext_lazy("It was looked for and not found any more."),
    "lost": gettext_lazy("It was not seen for so long that nobody can tell."),
}


@gate.only(READERS)
def threat(request: gate.SignedIn, threat: UUID) -> HttpResponse:
    return _page(request, _whole(request, threat), AnswerForm(), [])


@gate.only(gate.DESK, gate.ACTING)
def answer_threat(request: gate.SignedIn, threat: UUID) -> HttpResponse:
    one = _whole(request, threat)
    answer = AnswerForm(request.POST)
    if not answer.is_valid():
        return _page(request, one, answer, [])
    taken = answering.take(request, answer, [threat])
    if taken.refused:
        return _page(request, one, answer, [sentence(each, language()) for each in taken.refused])
    answering.tell(request, taken)
    return answering.back_to(reverse("threat", args=[threat]), taken)


@gate.only(READERS)
def for_customer(request: gate.SignedIn, threat: UUID) -> HttpResponse:
    """The text to forward; `?language=` chooses, `?as=draft` gives it as a mail's file."""
    one = row(_whole(request, threat).one.shown, {})
    wanted = request.GET.get("language", language())
    languages = ["en", *sorted(each.name for each in LOCALES.iterdir() if each.is_dir())]
    told = advice(one, wanted if wanted in languages else "en")
    if request.GET.get("as") == "draft":
        return HttpResponse(
            told.draft(),
            content_type="message/rfc822",
            headers={"Content-Disposition": f'attachment; filename="{one.short}.eml"'},
        )
    context = {"one": one, "told": told, "languages": languages, "wanted": wanted}
    return render(request, "desk/for-customer.html", context)


def _whole(request: gate.SignedIn, key: UUID) -> Whole:
    found = whole(key, request.user.organisation_id, now(), language())
    if found is None:
        raise Http404
    return found


def _page(
    request: gate.SignedIn, found: Whole, answer: AnswerForm, problems: list[str]
) -> HttpResponse:
    report = found.background.report
    full = in_full(found.one, report.segments if report else {})
    shown = row(full, {})
    context: dict[str, Any] = {
        "one": shown,
        "stands": STANDS[shown.state],
        "facts": _facts(request, found.threat, shown, full["hostname"]),
        "evidence": sorted(full["evidence"].items()),
        "entries": entries(whole_life(found.threat, found.background)),
        "texts": texts(shown.kind, language()),
        "answer": answer,
        "form": answer,
        "problems": problems,
        "desk": request.user.role in gate.DESK,
        "staff": request.user.organisation_id is None,
        "done": answering.just_done(request),
        "back": reverse("threat", args=[shown.id]),
    }
    wrong = answer.errors or problems
    return render(request, "desk/threat.html", context, status=400 if wrong else 200)


def texts(name: str, language: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """(heading, blocks) of what a kind says; a block's lines are (to be typed, words)."""
    said = [words for _part, words in kind(name).text_in(language).parts()]
    return [
        (
            heading,
            [
                {"paragraph": spans(each.paragraph), "items": [spans(item) for item in each.items]}
                for each in blocks(words)
            ],
        )
        for heading, words in zip(headings(language), said, strict=True)
        if words
    ]


def _facts(
    request: gate.SignedIn, threat: Threat, one: Row, hostname: str | None
) -> list[tuple[Any, ...]]:
    look_up = f"{reverse('lookup')}?address={one.affected}"
    facts = [
        (_("Affected"), one.affected, look_up, _("Look up")),
        (_("First seen"), time(one.first_seen)),
        (_("Last seen"), time(one.last_seen)),
        (_("Times seen"), one.times_seen),
        (_("Told last"), time(one.alerted_at) if one.alerted_at else ""),
        (_("Host name"), hostname),
        (_("Port"), one.where),
        (_("Tag"), one.tag),
        (_("AS number"), one.asn),
        (_("Kind"), one.kind),
        (_("Organisation"), one.whose if request.user.organisation_id is None else ""),
        (_("Passed on to"), _delegate(request, threat)),
        (_("Threat id"), one.id),
    ]
    return [fact for fact in facts if fact[1]]


def _delegate(request: gate.SignedIn, threat: Threat) -> str:
    own = request.user.organisation_id
    if own is None:
        return ""
    (found,) = covering([Affected(own, threat.address, threat.domain)], now())
    return f"{found.name}, {found.email}" if found else ""

"""Answers that a desk gives on the pages: their form, what became of them, and their undoing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tocsin.alerts.replies.reasons import sentence
from tocsin.alerts.replies.sheet import UnclearError, since_in
from tocsin.alerts.replies.sheet import visible as readable
from tocsin.alerts.replies.taking import Answering, Taken, take_given
from tocsin.alerts.replies.words import meaning_of, name_of
from tocsin.answers.actions import take_back
from tocsin.answers.statements import LONGEST_COMMENT, Given, Statement, Via, Who
from tocsin.answers.taking_back import NothingToTakeBackError, may_be_taken_back
from tocsin.threats.wanted import Wanted, names_by_number
from tocsin.web import gate, targets
from tocsin.web.clock import now
from tocsin.web.visible import visible

DONE = "done"
SHOWN = 5  # refusals that are told one by one


def language() -> str:
    return (get_language() or "en").split("-")[0]


def seen_by(request: gate.SignedIn) -> Wanted:
    """All that the reader may see, in the page's language."""
    seen = visible(request.user.organisation_id, now(), language=language())
    return seen if seen.known is not None else replace(seen, known=names_by_number())


class AnswerForm(forms.Form):
    """One statement, on one threat or on many."""

    statement = forms.ChoiceField(
        label=gettext_lazy("What do you want to say?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you want to say.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("Comment (optional)"),
        required=False,
        max_length=LONGEST_COMMENT,
        help_text=gettext_lazy("People at the authority read it. Up to 2,000 characters."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    since = forms.CharField(
        label=gettext_lazy("Fixed since (optional)"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("A day such as 2026-03-31, in UTC. Empty: now."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statement = self.fields["statement"]
        assert isinstance(statement, forms.ChoiceField)
        statement.choices = [
            (one.value, f"{name_of(one, language())} – {meaning_of(one, language())}")
            for one in Statement
        ]

    def clean_comment(self) -> str:
        return readable(self.cleaned_data["comment"])

    def clean_since(self) -> datetime | None:
        try:
            return since_in(self.cleaned_data["since"])
        except UnclearError:
            raise forms.ValidationError(
                _("The day is not clear. Write it as 2026-03-31 or 31.03.2026.")
            ) from None


def who(request: gate.SignedIn) -> Who:
    return Who(request.user.email, person=request.user.pk)


def take(request: gate.SignedIn, form: AnswerForm, threats: Sequence[UUID]) -> Taken:
    """The valid form's statement on each of these threats, in one submission."""
    said = form.cleaned_data
    statement = Statement(said["statement"])
    given = [Given(key, statement, said["comment"], said["since"]) for key in threats]
    organisation = request.user.organisation_id
    assert organisation is not None
    return take_given(given, Answering(organisation, who(request), Via.PAGE), now())


def tell(request: HttpRequest, taken: Taken) -> None:
    """What was not taken, for the next page."""
    for reason in sorted({sentence(one, language()) for one in taken.refused})[:SHOWN]:
        messages.warning(request, reason)
    if taken.unchanged:
        count = taken.unchanged
        messages.info(
            request,
            ngettext(
                "%(count)s had been answered in the same words before.",
                "%(count)s had been answered in the same words before.",
                count,
            )
            % {"count": count},
        )


def back_to(address: str, taken: Taken) -> HttpResponse:
    """The page that was answered on, which tells what was done and how to undo it."""
    if not (taken.taken and taken.submission):
        return redirect(address)
    joint = "&" if "?" in address else "?"
    return redirect(f"{address}{joint}{urlencode({DONE: str(taken.submission)})}")


def just_done(request: gate.SignedIn) -> dict[str, Any] | None:
    """What the address says was just answered, as long as it can be undone."""
    organisation = request.user.organisation_id
    try:
        submission = UUID(request.GET.get(DONE, ""))
    except ValueError:
        return None
    count = organisation and may_be_taken_back(organisation, submission, now())
    return {"submission": submission, "count": count} if count else None


@gate.only(gate.DESK, gate.ACTING)
def undo(request: gate.SignedIn) -> HttpResponse:
    """Take a submission back."""
    organisation = request.user.organisation_id
    assert organisation is not None
    back = targets.wanted(request) or reverse("threats")
    try:
        submission = UUID(request.POST.get("submission", ""))
    except ValueError as error:
        raise BadRequest("no submission") from error
    try:
        done = take_back(organisation, submission, who(request), now())
    except NothingToTakeBackError as error:
        messages.warning(request, f"{_(str(error))} {_(error.hint)}")
        return redirect(back)
    if done.taken_back:
        said = ngettext(
            "Undone: %(count)s answer was taken back. The record keeps both.",
            "Undone: %(count)s answers were taken back. The record keeps both.",
            done.taken_back,
        )
        messages.success(request, said % {"count": done.taken_back})
    if done.left:
        said = ngettext(
            "%(count)s answer stands, because something has happened since.",
            "%(count)s answers stand, because something has happened since.",
            done.left,
        )
        messages.warning(request, said % {"count": done.left})
    return redirect(back)

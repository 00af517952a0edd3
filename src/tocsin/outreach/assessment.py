"""An organisation's own assessment: every answer stays, the latest of each question counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.access.models import Person
from tocsin.audit.log import note
from tocsin.errors import TocsinError
from tocsin.outreach.controls import Says, questions
from tocsin.outreach.models import ControlAnswer

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Given:
    """An answer and, if somebody wants to say more, a note."""

    answer: str
    note: str = ""


def assess(organisation: int, given: Mapping[str, Given], now: datetime, by: Person) -> int:
    """Keep what has changed, in the caller's scope; how many answers that were.

    `given`: by question.  A question that is left out, or empty, stays as it was.  Raises
    `TocsinError` for an answer or a question that there is not.
    """
    known, asked = latest(organisation), questions()
    wanted = {name: one for name, one in given.items() if one.answer}
    for name, one in wanted.items():
        if name not in asked or one.answer not in Says.values:
            raise TocsinError(_("That is no answer to one of the questions."))
        if len(one.note) > LONGEST_NOTE:
            raise TocsinError(_("Write at most %(most)d characters.") % {"most": LONGEST_NOTE})
    changed = {
        name: one
        for name, one in wanted.items()
        if name not in known or (known[name].answer, known[name].note) != (one.answer, one.note)
    }
    with transaction.atomic():
        ControlAnswer.objects.bulk_create(
            ControlAnswer(
                organisation_id=organisation,
                question=name,
                answer=one.answer,
                note=one.note,
                at=now,
                person=by,
            )
            for name, one in changed.items()
        )
        if changed:
            subject = f"organisation {organisation}"
            note(f"person {by.pk}", "self-assessment", subject, now, answers=len(changed))
    return len(changed)


def latest(organisation: int) -> dict[str, ControlAnswer]:
    """By question."""
    rows = ControlAnswer.objects.filter(organisation=organisation)
    found = rows.order_by("question", "-id").distinct("question")
    return {one.question: one for one in found}

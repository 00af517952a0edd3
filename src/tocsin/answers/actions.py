"""Answers, decisions on what they dispute, and delegations: what organisations and analysts do."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from tocsin.answers.decisions import decide
from tocsin.answers.delegations import delegate, end_delegation
from tocsin.answers.rerouting import elsewhere
from tocsin.answers.statements import (
    LONGEST_COMMENT,
    Given,
    Outcome,
    Reason,
    Refused,
    Via,
    Who,
)
from tocsin.answers.submission import Done, Submission
from tocsin.answers.taking_back import forget_before, take_back
from tocsin.database.patience import patiently
from tocsin.database.scope import staff_scope

__all__ = ["answer", "decide", "delegate", "end_delegation", "take_back"]

_SAID = {
    Reason.UNKNOWN: "not one of your organisation's threats",
    Reason.FUTURE: "the time given is still to come",
    Reason.LONG: f"the comment has more than {LONGEST_COMMENT} characters",
    Reason.REPEATED: "a later row of the same submission says something else",
}


def answer(
    organisation_id: int,
    given: Sequence[Given],
    who: Who,
    via: Via,
    now: datetime,
    alert: int | None = None,
) -> Outcome:
    """Take a submission, one answer or a hundred thousand, in one transaction.

    What can be taken is, whatever is wrong with the rest.  The last statement on a threat counts,
    and every one is kept; the same submission again changes nothing.
    """
    taken, refused = _checked(given, now)
    twice = len(given) - len(taken) - len(refused)
    submission = uuid4()
    done = _taken(Submission(organisation_id, submission, who, via, now, alert, elsewhere), taken)
    refused += [_refusal(one, Reason.UNKNOWN) for one in taken if one.threat in done.unknown]
    return Outcome(
        submission=submission,
        taken=done.taken,
        unchanged=done.unchanged + twice,
        refused=tuple(sorted(refused, key=lambda one: one.row)),
        states=done.states,
        effects=done.effects,
    )


@patiently
def _taken(submission: Submission, given: Sequence[Given]) -> Done:
    with staff_scope():
        forget_before(submission.now)
        done = submission.take(given)
        submission.announce(done)
        return done


def _checked(given: Iterable[Given], now: datetime) -> tuple[list[Given], list[Refused]]:
    """The last of each threat's answers that can be taken, and what cannot."""
    last: dict[UUID, Given] = {}
    refused = []
    for one in given:
        if reason := _wrong(one, now):
            refused.append(_refusal(one, reason))
            continue
        before = last.pop(one.threat, None)
        if before and _words(before) != _words(one):
            refused.append(_refusal(before, Reason.REPEATED))
        last[one.threat] = one
    return list(last.values()), refused


def _wrong(one: Given, now: datetime) -> Reason | None:
    if one.since and one.since > now:
        return Reason.FUTURE
    return Reason.LONG if len(one.comment) > LONGEST_COMMENT else None


def _words(one: Given) -> tuple[object, ...]:
    return one.statement, one.comment, one.since


def _refusal(one: Given, reason: Reason) -> Refused:
    return Refused(one.row, str(one.threat), reason, _SAID[reason])

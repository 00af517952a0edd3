"""Taking answers, whichever way they came: what can be taken is, and what not is kept as refused.

Who may answer is for the caller to know.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection

from tocsin.alerts.models import RefusedAnswer
from tocsin.alerts.replies.reading import Handed, read_file
from tocsin.alerts.replies.refusals import Read, Refusal
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Reason, Refused, Statement, Via, Who
from tocsin.database.scope import staff_scope

MOST_KEPT = 10_000  # refused rows of one submission; the others are only counted


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for which organisation, of one alert's threats or (`alert` empty) of all."""

    organisation: int
    who: Who
    via: Via
    alert: int | None = None


@dataclass
class Taken:
    """What became of it; `handed_in` finds the refused rows again, `submission` the answers.

    `statements`: of those that were taken or said before.  `states`: the threats' afterwards.
    """

    handed_in: UUID
    submission: UUID | None = None
    rows: int = 0
    taken: int = 0
    unchanged: int = 0
    empty: int = 0
    refused: list[Refusal] = field(default_factory=list)
    statements: Counter[Statement] = field(default_factory=Counter)
    states: Mapping[str, int] = field(default_factory=dict)
    effects: Mapping[str, int] = field(default_factory=dict)


def take_files(files: Sequence[Handed], answering: Answering, now: datetime) -> Taken:
    """Whatever the files hold."""
    return take_reads([read for file in files for read in read_file(file)], answering, now)


def take_given(given: Sequence[Given], answering: Answering, now: datetime) -> Taken:
    """Answers that came by a form."""
    return take_reads([Read(rows=len(given), given=list(given))], answering, now)


def take_reads(reads: Sequence[Read], answering: Answering, now: datetime) -> Taken:
    """In one transaction, and in one submission."""
    taken = Taken(
        uuid4(),
        rows=sum(read.rows for read in reads),
        empty=sum(read.empty for read in reads),
        refused=[refusal for read in reads for refusal in read.refused],
    )
    places, given = _numbered(reads)
    with staff_scope():
        refused = _take(given, answering, taken, now)
        for one in refused:
            file, line = places[one.row]
            taken.refused.append(Refusal(file, line, one.threat, one.reason, one.detail))
        taken.refused.sort(key=lambda one: (one.file, one.row))
        _keep(taken, answering, now)
    return taken


def _numbered(reads: Sequence[Read]) -> tuple[list[tuple[str, int]], list[Given]]:
    """(file, line) of every answer, and the answers with their place in that list as row."""
    places: list[tuple[str, int]] = []
    given: list[Given] = []
    for read in reads:
        for one in read.given:
            row = len(places)
            given.append(Given(one.threat, one.statement, one.comment, one.since, row))
            places.append((read.name, one.row))
    return places, given


def _take(given: list[Given], answering: Answering, taken: Taken, now: datetime) -> list[Refused]:
    """What was refused, by place."""
    known = _known(given, answering)
    refused = [
        Refused(one.row, str(one.threat), Reason.UNKNOWN, "")
        for one in given
        if one.threat not in known
    ]
    given = [one for one in given if one.threat in known]
    if not given:
        return refused
    outcome = answer(
        answering.organisation, given, answering.who, answering.via, now, answering.alert
    )
    taken.submission, taken.states, taken.effects = (
        outcome.submission, outcome.states, outcome.effects,
    )  # fmt: skip
    taken.taken, taken.unchanged = outcome.taken, outcome.unchanged
    places = {one.row for one in outcome.refused}
    taken.statements = Counter(one.statement for one in given if one.row not in places)
    return [*refused, *outcome.refused]


def _known(given: Sequence[Given], answering: Answering) -> set[UUID]:
    """Those that were in the alert; of a submission without one, all."""
    named = {one.threat for one in given}
    if answering.alert is None or not named:
        return named
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM alert_threat WHERE alert_id = %s AND key = ANY(%s::uuid[])",
            [answering.alert, list(named)],
        )
        return {key for (key,) in cursor.fetchall()}


def _keep(taken: Taken, answering: Answering, now: datetime) -> None:
    RefusedAnswer.objects.bulk_create(
        (
            RefusedAnswer(
                organisation_id=answering.organisation,
                alert_id=answering.alert,
                handed_in=taken.handed_in,
                at=now,
                via=answering.via,
                file=one.file,
                row=one.row,
                threat=one.threat,
                reason=one.reason,
                detail=one.detail,
            )
            for one in taken.refused[:MOST_KEPT]
        ),
        batch_size=1_000,
    )

"""Taking answers back, within minutes and while nothing else has happened."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from tocsin.answers.models import Before
from tocsin.answers.rules import TAKEN_BACK, TAKEN_BACK_CAUSE, UNDO_FOR
from tocsin.answers.statements import Via, Who
from tocsin.answers.submission import SQL, row_by_row, statement_of
from tocsin.audit.log import note
from tocsin.database.patience import patiently
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.threats.bulk import lock_kind, run
from tocsin.threats.models import ThreatKind
from tocsin.threats.states import State
from tocsin.threats.sweep import sweep_again
from tocsin.webhooks.announcements import answers_recorded

HOLD_AGAIN = (SQL / "hold_again.sql").read_text()


class NothingToTakeBackError(TocsinError):
    """It was too long ago, is taken back already, or never was."""


@dataclass
class TakenBack:
    """`taken_back`: how many answers; `left`: how many stand, because something has happened
    since; `states`: of the threats whose answers were taken back, by name."""

    taken_back: int = 0
    left: int = 0
    states: dict[str, int] = field(default_factory=dict)


def may_be_taken_back(organisation_id: int, submission: UUID, now: datetime) -> int:
    """How many answers of it, in the caller's scope."""
    return Before.objects.filter(
        organisation_id=organisation_id, submission=submission, at__gt=now - UNDO_FOR
    ).count()


@patiently
def take_back(organisation_id: int, submission: UUID, who: Who, now: datetime) -> TakenBack:
    """Each threat is again as it was before; the answer and that it was taken back both stay on
    the record.  What has changed since, or was answered again, is left as it is.

    Raises `NothingToTakeBackError`.
    """
    done = TakenBack()
    with staff_scope():
        given = may_be_taken_back(organisation_id, submission, now)
        if not given:
            raise NothingToTakeBackError(
                "There is nothing to take back any more.",
                f"An answer can be taken back for {UNDO_FOR // timedelta(minutes=1)} minutes. To "
                "change it later, answer again: the last answer counts.",
            )
        kinds = _kinds(organisation_id, submission)
        values = _values(organisation_id, submission, who, now)
        with row_by_row():
            for number in kinds:
                run(HOLD_AGAIN, number, values | {"kind": number})
            for number, name in kinds.items():
                _put_back(done, number, name, values)
        done.left = given - done.taken_back
        _tell(done, organisation_id, submission, who, now)
    return done


def forget_before(now: datetime) -> None:
    """What cannot be taken back any more; inside the staff's scope."""
    Before.objects.filter(at__lte=now - UNDO_FOR).delete()


def _kinds(organisation_id: int, submission: UUID) -> dict[int, str]:
    """Numbers and names, in order; those with disputed threats are locked, as their sweep needs."""
    rows = Before.objects.filter(organisation_id=organisation_id, submission=submission)
    numbers = set(rows.order_by().values_list("kind_id", flat=True).distinct())
    disputed = set(
        rows.filter(stands__state=int(State.DISPUTED)).values_list("kind_id", flat=True).distinct()
    )
    found = dict(ThreatKind.objects.filter(pk__in=numbers).order_by("pk").values_list("pk", "name"))
    for number, name in found.items():
        if number in disputed:
            lock_kind(name)
    return found


def _values(organisation_id: int, submission: UUID, who: Who, now: datetime) -> dict[str, Any]:
    return {
        "organisation": organisation_id,
        "submission": submission,
        "now": now,
        "statement": TAKEN_BACK,
        "cause": TAKEN_BACK_CAUSE,
        "via": Via.PAGE.value,
        "name": who.name,
        "person": who.person,
    }


def _put_back(done: TakenBack, number: int, name: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement_of("take_back", number), values | {"kind": number})
        rows: list[tuple[int, int, date | None]] = cursor.fetchall()
    for state, count, _ in rows:
        done.taken_back += count
        word = State(state).name.lower()
        done.states[word] = done.states.get(word, 0) + count
    if settled := [last_day for _, _, last_day in rows if last_day]:
        sweep_again(name, number, min(settled), values["now"])


def _tell(done: TakenBack, organisation_id: int, submission: UUID, who: Who, now: datetime) -> None:
    answers_recorded(organisation_id, submission, Via.PAGE.value, done.taken_back, done.states, now)
    if done.taken_back:
        note(
            f"person {who.person}", "answers taken back", f"submission {submission}", now,
            organisation=organisation_id, threats=done.taken_back,
        )  # fmt: skip

"""What analysts decide of disputed threats, and when a dismissal ends.

Both hold the kind's lock, because the sweep passes over what is disputed or dismissed: what has
become current again is judged at once by the days that went by in the meantime.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tocsin.answers.models import Dispute
from tocsin.answers.rules import DISMISSED_FOR, Verdict
from tocsin.answers.statements import Statement
from tocsin.answers.submission import SQL
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.patience import patiently
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.notices import announcements as notices
from tocsin.threats.bulk import lock_kind, run
from tocsin.threats.models import Threat, ThreatChange, ThreatKind
from tocsin.threats.states import Notice, State
from tocsin.threats.sweep import sweep_again
from tocsin.webhooks.announcements import dispute_decided

DECISION = (SQL / "decision.sql").read_text()
REOPEN = (SQL / "reopen.sql").read_text()
_CAUSES = {
    Verdict.CONFIRM: "an analyst confirmed that it is no threat",
    Verdict.REJECT: "an analyst found that it is a threat, and theirs",
    Verdict.ASSIGN: "an analyst found who answers for it",
    Verdict.NOBODY: "an analyst found that nobody answers for it",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`organisation`: whom a threat is assigned to.  `until`: the end of a dismissal."""

    verdict: Verdict
    reason: str
    organisation: int | None = None
    until: datetime | None = None


@patiently
def decide(
    threat: UUID,
    verdict: Verdict,
    by: str,
    reason: str,
    now: datetime,
    organisation: int | None = None,
    until: datetime | None = None,
) -> None:
    """An analyst's word on a disputed threat.  Raises `TocsinError` where it cannot be so.

    `by`: who decides, for the log.  `reason` is told to the organisation where its dispute is
    rejected, once, in its next alert.
    """
    decision = Decision(verdict, reason, organisation, until or now + DISMISSED_FOR)
    with staff_scope():
        name, number = _kind_of(threat)
        lock_kind(name)
        held = Threat.objects.select_for_update(no_key=True).get(kind_id=number, key=threat)
        dispute = Dispute.objects.filter(kind_id=number, key=threat, verdict="").first()
        if dispute is None or held.state != State.DISPUTED:
            raise _not_disputed(threat)
        _check(decision, dispute, now)
        _apply(decision, held, dispute, now)
        dispute.verdict, dispute.reason = verdict.value, reason
        dispute.decided_by, dispute.decided_at = by, now
        dispute.until = decision.until if verdict is Verdict.CONFIRM else None
        dispute.save()
        _log(decision, dispute, by, now)
        dispute_decided(dispute.organisation_id, threat, dispute.statement, verdict.value, now)
        notices.dispute_decided(dispute.organisation_id, threat, verdict.value, now)
        if verdict is not Verdict.CONFIRM:
            sweep_again(name, number, held.last_day, now)


def end_dismissals(now: datetime) -> int:
    """Every dismissal whose time has passed, kind by kind; returns how many threats changed."""
    with staff_scope():
        over = Dispute.objects.filter(until__lte=now, ended_at=None)
        kinds = list(over.order_by("kind_id").values_list("kind_id", flat=True).distinct())
    return sum(_end(number, now) for number in kinds)


@patiently
def _end(number: int, now: datetime) -> int:
    with staff_scope():
        name = ThreatKind.objects.get(pk=number).name
        lock_kind(name)
        found: list[tuple[Any, ...]] = run(REOPEN, number, {"kind": number, "now": now})
        count, last_day = found[0]
        if last_day:
            assert isinstance(last_day, date)
            sweep_again(name, number, last_day, now)
        return int(count)


def _kind_of(threat: UUID) -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.name, k.id FROM dispute d JOIN threat_kind k ON k.id = d.kind_id"
            " WHERE d.key = %s AND d.verdict = ''",
            [threat],
        )
        row = cursor.fetchone()
    if row is None:
        raise _not_disputed(threat)
    name, number = row
    return str(name), int(number)


def _not_disputed(threat: UUID) -> TocsinError:
    return TocsinError(
        f"threat {threat} is not disputed", "`tocsin disputes list` shows those that are."
    )


def _check(decision: Decision, dispute: Dispute, now: datetime) -> None:
    match decision.verdict:
        case Verdict.CONFIRM if dispute.statement != Statement.FALSE_POSITIVE:
            raise TocsinError(
                "nobody said that it is no threat, only that it is not theirs",
                "Assign it to another organisation, or to nobody.",
            )
        case Verdict.CONFIRM if decision.until is None or decision.until <= now:
            raise TocsinError("its dismissal would have ended already", "Give a later one.")
        case Verdict.ASSIGN if decision.organisation in (None, dispute.organisation_id):
            raise TocsinError(
                "it cannot be assigned to the organisation that disputes it",
                "Name another one, or reject the dispute.",
            )
        case Verdict.ASSIGN if not _exists(decision.organisation):
            raise TocsinError(f"there is no organisation {decision.organisation}")
        case Verdict.REJECT if not decision.reason.strip():
            raise TocsinError("a rejection needs a reason", "Its organisation will read it.")


def _exists(organisation: int | None) -> bool:
    return organisation is not None and Organisation.objects.filter(pk=organisation).exists()


def _apply(decision: Decision, held: Threat, dispute: Dispute, now: datetime) -> None:
    state, notice, organisation = State.OPEN, Notice.NEW, held.organisation_id
    match decision.verdict:
        case Verdict.CONFIRM:
            state, notice = State.DISMISSED, Notice.NONE
        case Verdict.REJECT:
            state = _before(held)
            if held.organisation_id == dispute.organisation_id:
                notice = Notice.REJECTED
        case Verdict.ASSIGN:
            organisation = decision.organisation
        case Verdict.NOBODY:
            organisation, notice = None, Notice.NONE
    run(
        DECISION,
        held.kind_id,
        {
            "kind": held.kind_id,
            "key": held.key,
            "now": now,
            "verdict": decision.verdict.value,
            "cause": _CAUSES[decision.verdict],
            "state": int(state),
            "notice": int(notice),
            "organisation": organisation,
        },
    )


def _before(held: Threat) -> State:
    """What the threat's history makes of it without the dispute."""
    reopened = ThreatChange.objects.filter(
        kind_id=held.kind_id, key=held.key, to_state=State.REOPENED, at__gte=held.opened_at
    )
    return State.REOPENED if reopened.exists() else State.OPEN


def _log(decision: Decision, dispute: Dispute, by: str, now: datetime) -> None:
    detail: dict[str, Any] = {"verdict": decision.verdict.value, "statement": dispute.statement}
    if decision.verdict is Verdict.ASSIGN:
        detail["organisation"] = decision.organisation
    if dispute.until:
        detail["until"] = dispute.until.isoformat()
    Entry.objects.create(
        at=now,
        actor=by,
        action="dispute decided",
        subject=str(dispute.key),
        about=dispute.organisation_id,
        detail=detail,
    )

"""What webhooks are told of answers and what follows from them: counts and ids, no particulars.

Each runs in the transaction of what it tells of, once for a whole submission or report.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from tocsin.webhooks.actions import emit, emit_each
from tocsin.webhooks.rules import EventType


def answers_recorded(
    organisation_id: int,
    submission: UUID,
    via: str,
    taken: int,
    states: Mapping[str, int],
    now: datetime,
) -> None:
    """`states`: how many of the answered threats are in which state now, by name."""
    if taken:
        data = {
            "organisation": organisation_id,
            "submission": str(submission),
            "via": via,
            "answers": taken,
            "states": dict(states),
        }
        emit(organisation_id, EventType.ANSWER_RECORDED, data, now)


def claims_contradicted(kind: str, threats: Mapping[int, int], now: datetime) -> None:
    """`threats`: how many of a kind were seen after they were said to be fixed, by organisation."""
    told = [
        (organisation, {"organisation": organisation, "kind": kind, "threats": count})
        for organisation, count in sorted(threats.items())
    ]
    if told:
        emit_each(EventType.THREAT_CONFLICT, told, now)


def dispute_decided(
    organisation_id: int, threat: UUID, statement: str, verdict: str, now: datetime
) -> None:
    """`organisation_id` disputed it, with this statement."""
    data = {
        "organisation": organisation_id,
        "threat": f"/api/v1/threats/{threat}",
        "statement": statement,
        "verdict": verdict,
    }
    emit(organisation_id, EventType.DISPUTE_DECIDED, data, now)

"""Everything that is known of one threat, in order: what was seen, said, decided and looked for.

Runs in the caller's scope: of a threat that it may not see there is nothing.  Which days a feed
was healthy is nobody's secret, and read as the authority.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.db.models.functions import JSONObject

from tocsin.answers.models import Answer, Dispute
from tocsin.answers.rules import TAKEN_BACK_CAUSE, Effect
from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay, Report
from tocsin.threats.models import Threat, ThreatChange
from tocsin.threats.states import State


class What(StrEnum):
    """Of one moment, causes come before what they change.

    `SEEN_AGAIN`: only the observations that changed something; the others are counted.
    `DELIVERED` and `ALERTED` come from `alerts.timeline`.
    """

    FIRST_SEEN = "first seen"
    LAST_SEEN = "last seen"
    HEALTHY_DAY = "healthy day"
    UNHEALTHY_DAY = "unhealthy day"
    SEEN_AGAIN = "seen again"
    ANSWERED = "answered"
    DISPUTED = "disputed"
    DECIDED = "decided"
    CHANGED = "changed"
    ALERTED = "alerted"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Event:
    """`detail`: texts, numbers, dates and times, by name."""

    at: datetime
    what: What
    detail: dict[str, Any] = field(default_factory=dict)


_DAY = {"day": "day", "feed": "feed__name", "stream": "stream", "state": "state"}


@dataclass(frozen=True, slots=True)
class Background:
    """What nobody's scope guards: the report that the threat was in last, none where it is
    forgotten, and the days (day, feed, stream, state) of its kind's feeds since it was first
    seen."""

    report: Report | None
    days: list[tuple[date, str, str, str]]


def timeline(kind_id: int | None, key: UUID) -> list[Event]:
    """In order of time, of one moment in the order of `What`; empty for an unknown threat.

    Without `kind_id` the threat is looked for among all kinds.
    """
    threat = threat_of(kind_id, key)
    if threat is None:
        return []
    with staff_scope():
        known = background(threat)
    return in_order(life(threat, known))


def timeline_of(threat: Threat, report: Report | None = None, days: bool = True) -> list[Event]:
    """Of a threat that is read already.  `report`: its latest, where the caller has read it, with
    its feed; without `days` those of its feeds are left out."""
    if days:
        with staff_scope():
            known = background(threat)
    else:
        known = Background(report or _report(threat), [])
    return in_order(life(threat, known))


def background(threat: Threat) -> Background:
    """Inside the staff's scope."""
    days = (
        FeedDay.objects.filter(kind=threat.kind.name, day__gte=threat.first_seen.date())
        .order_by("day", "feed__name", "stream")
        .values_list("day", "feed__name", "stream", "state")
    )
    together = ArraySubquery(days.values_list(JSONObject(**_DAY)))
    which = Report.objects.select_related("feed").filter(pk=threat.last_report_id)
    report = which.annotate(days=together).first()
    if report is None:
        return Background(None, list(days))
    told = [
        (date.fromisoformat(one["day"]), one["feed"], one["stream"], one["state"])
        for one in report.days
    ]
    return Background(report, told)


def life(threat: Threat, known: Background) -> list[Event]:
    """All that happened, in no order; in the scope of whoever may see the threat."""
    said = list(_answers(threat))
    # A dispute begins with an answer.
    disputes = _disputes(threat) if any(_is_dispute(one) for one in said) else ()
    return [*_seen(threat, known.report), *_changes(threat), *said, *disputes, *_days(known)]


def _is_dispute(said: Event) -> bool:
    return bool(said.detail["effect"] == Effect.DISPUTED.value)


def threat_of(kind_id: int | None, key: UUID) -> Threat | None:
    """The threat, if the scope may see it."""
    which = Q(key=key) if kind_id is None else Q(key=key, kind_id=kind_id)
    return Threat.objects.select_related("kind").filter(which).first()


def in_order(events: list[Event]) -> list[Event]:
    order = {what: place for place, what in enumerate(What)}
    return sorted(events, key=lambda one: (one.at, order[one.what]))


def _report(threat: Threat) -> Report | None:
    with staff_scope():
        return Report.objects.select_related("feed").filter(pk=threat.last_report_id).first()


def _seen(threat: Threat, report: Report | None) -> Iterator[Event]:
    feed, name = (report.feed.name, report.name) if report else ("", "")
    yield Event(threat.first_seen, What.FIRST_SEEN)
    yield Event(
        threat.last_seen,
        What.LAST_SEEN,
        {"times": threat.times_seen, "day": threat.last_day, "feed": feed, "report": name},
    )


def _changes(threat: Threat) -> Iterator[Event]:
    changes = ThreatChange.objects.filter(kind_id=threat.kind_id, key=threat.key)
    for one in changes.order_by("pk"):
        if _is_of_an_observation(one):
            yield Event(one.at, What.SEEN_AGAIN)
        yield Event(
            one.at,
            What.CHANGED,
            {
                "from": State(one.from_state).name.lower(),
                "to": State(one.to_state).name.lower(),
                "cause": one.cause,
                "known_at": one.recorded_at,
            },
        )


def _is_of_an_observation(change: ThreatChange) -> bool:
    """Whether it was seen at the moment of the change, and that is what changed it."""
    if change.cause == TAKEN_BACK_CAUSE:
        return False
    reopened = change.to_state == State.REOPENED and change.from_state in (State.GONE, State.LOST)
    return reopened or change.to_state == State.CONFLICT


def _answers(threat: Threat) -> Iterator[Event]:
    for one in Answer.objects.filter(key=threat.key, kind_id=threat.kind_id).order_by("pk"):
        yield Event(
            one.at,
            What.ANSWERED,
            {
                "statement": one.statement,
                "comment": one.comment,
                "since": one.since,
                "via": one.via,
                "by": one.name,
                "effect": one.effect,
                "delegated": one.delegation_id is not None,
            },
        )


def _disputes(threat: Threat) -> Iterator[Event]:
    for one in Dispute.objects.filter(key=threat.key, kind_id=threat.kind_id).order_by("pk"):
        yield Event(one.opened_at, What.DISPUTED, {"statement": one.statement, "feed": one.feed})
        if one.decided_at:
            detail = {"verdict": one.verdict, "reason": one.reason, "until": one.until}
            yield Event(one.decided_at, What.DECIDED, detail)


def _days(known: Background) -> Iterator[Event]:
    for day, feed, stream, state in known.days:
        what = What.HEALTHY_DAY if state == "healthy" else What.UNHEALTHY_DAY
        yield Event(_midnight(day), what, {"feed": feed, "stream": stream, "state": state})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)

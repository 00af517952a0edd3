"""One threat's whole life: `answers.timeline`, with the alerts that told it and how they left."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db import connection

from tocsin.answers.timeline import (
    Background,
    Event,
    What,
    background,
    in_order,
    life,
    threat_of,
)
from tocsin.answers.timeline import timeline_of as known_of
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.threats.models import Threat

TOLD = """
    SELECT a.ticket, a.composed_at, t.reason, d.sent_at, d.channel, d.recipient, d.state
    FROM alert_threat t
    JOIN alert a ON a.id = t.alert_id
    LEFT JOIN delivery d ON d.alert_id = a.id AND d.sent_at IS NOT NULL
    WHERE t.kind_id = %s AND t.key = %s
    ORDER BY a.id, d.id"""


def timeline(kind_id: int | None, key: UUID) -> list[Event]:
    """As `answers.timeline.timeline`, in the caller's scope: of alerts, its own ones only."""
    threat = threat_of(kind_id, key)
    if threat is None:
        return []
    with staff_scope():
        known = background(threat)
    return whole_life(threat, known)


def timeline_of(threat: Threat, report: Report | None = None, days: bool = True) -> list[Event]:
    """Of a threat that is read already; see `answers.timeline.timeline_of`."""
    return in_order([*known_of(threat, report, days), *_told(threat)])


def whole_life(threat: Threat, known: Background) -> list[Event]:
    """The same of a threat and its background."""
    return in_order([*life(threat, known), *_told(threat)])


def _told(threat: Threat) -> Iterator[Event]:
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [threat.kind_id, threat.key])
        rows = cursor.fetchall()
    for ticket, (first, *_) in ((key, list(each)) for key, each in groupby(rows, itemgetter(0))):
        yield Event(first[1], What.ALERTED, {"ticket": ticket, "reason": first[2]})
    for ticket, _composed, _reason, sent_at, channel, recipient, state in rows:
        if sent_at is not None:
            detail = {"channel": channel, "recipient": recipient, "state": state}
            yield Event(sent_at, What.DELIVERED, {"ticket": ticket, **detail})

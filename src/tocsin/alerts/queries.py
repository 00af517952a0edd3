"""What waits to be told, read in bulk."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tocsin.alerts.models import Inhibition
from tocsin.alerts.rules import (
    COMPROMISED,
    MOST_REMINDERS,
    REMIND_COMPROMISED,
    REMIND_OTHERS,
    Round,
)
from tocsin.answers.submission import SQL as ANSWERS_SQL
from tocsin.intake.models import Report
from tocsin.kinds import kept
from tocsin.kinds.catalogue import Kind, kind
from tocsin.threats.states import NO_MORE_REMINDERS, Severity
from tocsin.threats.wanted import Held

_SQL = Path(__file__).parent / "sql"
WAITING = (_SQL / "waiting.sql").read_text()
DUE = (_SQL / "due.sql").read_text()
HOLD = (_SQL / "hold.sql").read_text()
COVERING = (ANSWERS_SQL / "covering.sql").read_text()
_NEWS = "t.notice > 0"
_REMINDERS = (
    "t.notice = 0 AND t.reminders < %(most_reminders)s"
    " AND t.alerted_at <= CASE WHEN t.kind_id = ANY(%(compromised)s::int[])"
    " THEN %(compromised_before)s ELSE %(others_before)s END"
)


class Waiting(NamedTuple):
    """An organisation with something to be told; `reachable`: a contact that has not bounced."""

    id: int
    name: str
    released_at: datetime | None
    suspended: bool
    threats: int
    reachable: bool


class Due(NamedTuple):
    """A threat that its organisation is due to be told, or its delegation's contact."""

    organisation_id: int
    kind_id: int
    key: UUID
    address: str | None
    domain: str
    port: int
    protocol: int
    tag: str
    asn: int
    severity: int
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    notice: int
    last_report_id: int
    claimed_at: datetime | None = None
    verdict: str | None = None
    delegation_id: int | None = None


@dataclass(frozen=True)
class Source:
    """The report in which a threat was last seen: its marking and its segments by kind."""

    tlp: str
    segments: dict[str, str]


def kinds_by_number() -> dict[int, Kind]:
    """Every kind that has threats, as the authority words it now."""
    kept.refresh()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM threat_kind")
        return {number: kind(name) for number, name in cursor.fetchall()}


def waiting(now: datetime) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, _reminding(kinds_by_number(), now))
        return [Waiting(*row) for row in cursor.fetchall()]


def due(
    rounds: Mapping[int, Round],
    kinds: Mapping[int, Kind],
    now: datetime,
    lock: bool,
    most: int | None = None,
) -> list[Due]:
    """In (kind, key) order, news first; with `lock`, nobody changes these threats until commit.

    `most`: of the news and of the reminders no more than so many are looked at.
    """
    found = _due(rounds, _NEWS, kinds, now, lock, most)
    reminded = {number: one for number, one in rounds.items() if one.reminders}
    return found + (_due(reminded, _REMINDERS, kinds, now, lock, most) if reminded else [])


def _due(
    rounds: Mapping[int, Round],
    which: str,
    kinds: Mapping[int, Kind],
    now: datetime,
    lock: bool,
    most: int | None,
) -> list[Due]:
    query = (
        DUE.replace("{which}", which)
        .replace("{covering}", COVERING)
        .replace("{lock}", "FOR NO KEY UPDATE OF t" if lock else "")
    )
    asked = {
        **_reminding(kinds, now),
        "organisations": list(rounds),
        "least": [int(one.least) for one in rounds.values()],
        "kinds": list(kinds),
        "names": [one.name for one in kinds.values()],
        "classes": [one.class_ for one in kinds.values()],
        "severities": [severity.name.lower() for severity in Severity],
        "now": now,
        "most": most,
    }
    with connection.cursor() as cursor:
        if lock:
            cursor.execute(HOLD.replace("{which}", which), asked)
        cursor.execute(query, asked)
        return [Due(*row) for row in cursor.fetchall()]


def reminding(now: datetime) -> dict[str, Any]:
    """The kinds and times by which a reminder is due, as queries of threats take them."""
    return _reminding(kinds_by_number(), now)


def _reminding(kinds: Mapping[int, Kind], now: datetime) -> dict[str, Any]:
    return {
        "compromised": [number for number, one in kinds.items() if one.class_ in COMPROMISED],
        "compromised_before": now - REMIND_COMPROMISED,
        "others_before": now - REMIND_OTHERS,
        "most_reminders": MOST_REMINDERS,
        "no_more_reminders": NO_MORE_REMINDERS,
    }


def sources(report_ids: Collection[int]) -> dict[int, Source]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, tlp, segments::text FROM report WHERE id = ANY(%s)", [list(report_ids)]
        )
        rows = cursor.fetchall()
    return {number: Source(tlp, json.loads(segments)) for number, tlp, segments in rows}


def earlier_alerts(told: Sequence[Due], most: int = 10) -> dict[int, tuple[str, ...]]:
    """By organisation: the Message-IDs in which these threats were told before, latest last."""
    if not told:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, array_agg(message_id ORDER BY id) FROM ("
            " SELECT DISTINCT d.organisation_id, d.message_id, d.id"
            " FROM unnest(%s::int[], %s::uuid[]) AS t (kind_id, key)"
            " JOIN alert_threat a USING (kind_id, key)"
            " JOIN delivery d ON d.alert_id = a.alert_id AND d.organisation_id = a.organisation_id"
            " AND d.state = 'sent'"
            ") found GROUP BY organisation_id",
            [[one.kind_id for one in told], [one.key for one in told]],
        )
        return {organisation: tuple(ids[-most:]) for organisation, ids in cursor.fetchall()}


class Unanswered(NamedTuple):
    """An organisation whose threats stayed open through both reminders: for a person to call."""

    organisation: str
    region: str
    threats: int
    oldest: datetime


def unanswered(now: datetime) -> list[Unanswered]:
    """The protect officers' queue, the most threats first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.name, coalesce(r.name, ''), count(*), min(t.opened_at)"
            " FROM threat t JOIN organisation o ON o.id = t.organisation_id"
            " LEFT JOIN region r ON r.code = o.region_id"
            " WHERE t.notice = 0 AND t.state IN (1, 3, 4) AND t.reminders >= %(most_reminders)s"
            " AND t.reminders < %(no_more_reminders)s"
            " AND t.alerted_at <= CASE WHEN t.kind_id = ANY(%(compromised)s::int[])"
            " THEN %(compromised_before)s ELSE %(others_before)s END"
            " GROUP BY o.name, r.name ORDER BY count(*) DESC, o.name",
            _reminding(kinds_by_number(), now),
        )
        return [Unanswered(*row) for row in cursor.fetchall()]


def held_back(organisation: int, now: datetime) -> tuple[Held, ...]:
    """What the authority holds back from this organisation now; needs the staff's scope."""
    found = Inhibition.objects.filter(
        Q(organisation=None) | Q(organisation=organisation), Q(until=None) | Q(until__gt=now)
    )
    held = list(found.order_by("pk"))
    if not held:
        return ()
    numbers = {one.name: number for number, one in kinds_by_number().items()}
    return tuple(
        Held(
            kind=numbers.get(one.kind, 0) if one.kind else None,
            prefix=one.prefix,
            reports=_reports_of(one.feed) if one.feed else None,
        )
        for one in held
    )


def _reports_of(feed: str) -> tuple[int, ...]:
    return tuple(Report.objects.filter(feed__name=feed).values_list("pk", flat=True))

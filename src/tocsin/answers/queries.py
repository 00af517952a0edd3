"""What people ask about answers: who said what, what is disputed, which feeds are often wrong."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from tocsin.answers.models import Answer, Dispute
from tocsin.answers.rules import TAKEN_BACK, Verdict
from tocsin.answers.statements import Statement
from tocsin.answers.submission import SQL
from tocsin.database.scope import staff_scope
from tocsin.formulas import neutralised
from tocsin.threats.models import ThreatKind
from tocsin.threats.planned import ask

DISPUTED = (SQL / "disputed.sql").read_text()
NOT_OURS = (SQL / "not_ours.sql").read_text()
SAID = (SQL / "said.sql").read_text()
FALSE_POSITIVES = (SQL / "false_positives.sql").read_text()


class Disputed(NamedTuple):
    """`affected`: address, network or name.  `comment`: the organisation's latest."""

    threat: UUID
    kind: str
    organisation: str
    statement: str
    opened_at: datetime
    feed: str
    affected: str
    last_seen: datetime
    comment: str | None


class NotOurs(NamedTuple):
    """A threat that an organisation said is not its own; `verdict`: empty while it is open."""

    affected: str
    kind: str
    opened_at: datetime | None
    verdict: str
    decided_at: datetime | None
    reason: str


class FalsePositive(NamedTuple):
    """A threat that an analyst confirmed to be none; `bits` with `address` make a network."""

    feed: str
    kind: str
    threat: UUID
    address: str | None
    bits: int | None
    domain: str
    port: int
    protocol: int
    tag: str
    asn: int
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    confirmed_at: datetime
    dismissed_until: datetime | None


class Grade(NamedTuple):
    """How often a feed was disputed over a kind, and how often rightly."""

    feed: str
    kind: str
    disputed: int
    confirmed: int


class Said(NamedTuple):
    """What was answered on a threat last."""

    statement: Statement
    comment: str
    since: datetime | None
    at: datetime
    by: str


def latest(keys: Sequence[UUID], organisation_id: int | None = None) -> dict[UUID, Said]:
    """The latest answers that stand, by threat: of one organisation or whosoever's, in the
    caller's scope."""
    rows = _rows(
        SAID, keys=list(keys), organisation=organisation_id, taken_back=TAKEN_BACK
    )  # fmt: skip
    return {key: Said(Statement(statement), *row) for key, statement, *row in rows}


def disputed(most: int = 100) -> list[Disputed]:
    """Those that wait for an analyst, the oldest first."""
    with staff_scope():
        return [Disputed(*row) for row in _rows(DISPUTED, most=most)]


def said_not_ours(organisation_id: int, most: int) -> list[NotOurs]:
    """The latest first."""
    given = {"organisation": organisation_id, "most": most}
    with staff_scope():
        row = ask(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; ", NOT_OURS, given
        )
    assert row is not None
    return [
        NotOurs(affected, kind, _time(opened), verdict, _time(decided), reason)
        for affected, kind, opened, verdict, decided, reason in json.loads(row[0])
    ]


def false_positives(feed: str = "") -> list[FalsePositive]:
    """All that were ever confirmed, of one feed or of every one."""
    with staff_scope():
        return [FalsePositive(*row) for row in _rows(FALSE_POSITIVES, feed=feed)]


def grades() -> list[Grade]:
    """By feed and kind: false positives claimed and confirmed, the most confirmed first."""
    with staff_scope():
        kinds = dict(ThreatKind.objects.values_list("pk", "name"))
        rows = (
            Dispute.objects.filter(statement="false-positive")
            .values_list("feed", "kind_id")
            .annotate(all=Count("pk"), right=Count("pk", filter=Q(verdict=Verdict.CONFIRM)))
            .order_by("-right", "-all", "feed", "kind_id")
        )
        return [Grade(feed, kinds[kind], every, right) for feed, kind, every, right in rows]


def answers(organisation_id: int | None = None, most: int = 100) -> list[dict[str, Any]]:
    """The latest, of one organisation or of all."""
    with staff_scope():
        found = Answer.objects.select_related("organisation").order_by("-pk")
        if organisation_id is not None:
            found = found.filter(organisation_id=organisation_id)
        return [
            {
                "at": one.at,
                "organisation": one.organisation.name,
                "threat": one.key,
                "statement": one.statement,
                "effect": one.effect,
                "via": one.via,
                "by": one.name,
                "comment": one.comment,
            }
            for one in found[:most]
        ]


def write_false_positives(rows: list[FalsePositive], target: IO[str]) -> None:
    """A header and a row each; what a spreadsheet would run has an apostrophe before it."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(FalsePositive._fields)
    for row in rows:
        writer.writerow(_cell(value) for value in row)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return neutralised(value) if isinstance(value, str) else value


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())

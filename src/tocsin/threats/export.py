"""Threats for other programs: IntelMQ's events as JSON lines, or CSV.

IntelMQ's fields: https://docs.intelmq.org/latest/dev/data-format/.  What it has no field for is
in `extra.tocsin.*`, so that nothing is lost on the way.
"""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.db import connection

from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.formulas import neutralised
from tocsin.kinds.catalogue import kind as kind_of
from tocsin.threats.bulk import SQL
from tocsin.threats.states import Severity, State

EXPORT = (SQL / "export.sql").read_text()
ROWS_AT_A_TIME = 5000
WHOLE_ADDRESS = {4: 32, 6: 128}
TRANSPORTS = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 58: "ipv6-icmp", 132: "sctp"}


class Row(NamedTuple):
    """One threat; `address` with `bits` is a network where it is not whole."""

    kind: str
    threat_id: UUID
    organisation: str | None
    address: str | None
    bits: int | None
    family: int | None
    domain: str
    port: int
    protocol: int
    tag: str
    asn: int
    severity: int
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    state: int
    recurrences: int
    feed: str

    @property
    def network(self) -> str:
        """The prefix, empty where a single address or a name is affected."""
        if self.family is None or self.bits == WHOLE_ADDRESS[self.family]:
            return ""
        return f"{self.address}/{self.bits}"


def threats(organisation: str = "", with_past: bool = False) -> Iterator[Row]:
    """Streamed, whatever their number.  Current ones only, unless `with_past`.

    Raises `TocsinError` for an organisation that is not known.
    """
    conditions, values = ["true"], []
    if not with_past:
        conditions.append(f"t.state BETWEEN {int(State.OPEN)} AND {int(State.DISPUTED)}")
    if organisation:
        conditions.append("o.name = %s")
        values.append(organisation)
    statement = EXPORT.replace("{which}", " AND ".join(conditions))
    with staff_scope(), connection.chunked_cursor() as cursor:
        if organisation and not Organisation.objects.filter(name=organisation).exists():
            raise TocsinError(
                f"There is no organisation {organisation!r}.", "See: tocsin organisations list"
            )
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(ROWS_AT_A_TIME):
            yield from map(Row._make, rows)


def as_intelmq(row: Row) -> dict[str, Any]:
    """An IntelMQ event."""
    kind = kind_of(row.kind)
    mail = row.domain.startswith("@")
    event = {
        "feed.name": row.feed,
        "feed.code": row.kind,
        "time.source": row.last_seen.isoformat(),
        "time.observation": row.last_seen.isoformat(),
        "classification.taxonomy": kind.class_,
        "classification.type": kind.type,
        "classification.identifier": row.kind,
        "source.ip": "" if row.network else row.address,
        "source.network": row.network,
        "source.fqdn": "" if mail else row.domain,
        "source.account": row.domain if mail else "",
        "source.port": row.port,
        "source.asn": row.asn,
        "protocol.transport": TRANSPORTS.get(row.protocol, ""),
        "event_description.text": kind.title,
        "extra.severity": Severity(row.severity).name.lower(),
        "extra.tag": row.tag,
        "extra.tocsin.id": str(row.threat_id),
        "extra.tocsin.kind": row.kind,
        "extra.tocsin.organisation": row.organisation,
        "extra.tocsin.state": State(row.state).name.lower(),
        "extra.tocsin.first_seen": row.first_seen.isoformat(),
        "extra.tocsin.times_seen": row.times_seen,
        "extra.tocsin.recurrences": row.recurrences,
    }
    return {name: value for name, value in event.items() if value}


def write_intelmq(rows: Iterator[Row], target: IO[str]) -> int:
    """One event a line; returns how many."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (the last number is the result)
        target.write(json.dumps(as_intelmq(row), ensure_ascii=False) + "\n")
    return count


def write_csv(rows: Iterator[Row], target: IO[str]) -> int:
    """A header and a row a threat; what a spreadsheet would run has an apostrophe before it."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*Row._fields])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        named = row._replace(
            severity=Severity(row.severity).name.lower(),  # type: ignore[arg-type]
            state=State(row.state).name.lower(),  # type: ignore[arg-type]
        )
        writer.writerow(map(_cell, named))
    return count


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return neutralised(value) if isinstance(value, str) else value

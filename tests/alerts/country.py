"""A small country in the database: organisations, a report with its segment, threats."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import pyarrow as pa
from django.db import connection

from tocsin.constituency.models import Contact, Organisation
from tocsin.intake.models import Feed, Report
from tocsin.intake.observations import segment, segment_path

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 1)
NAMESPACE = UUID(int=1)
SEVERITY = {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}


def organisation(name: str = "Nordwind Hosting", **changes: Any) -> Organisation:
    """A released organisation with one contact, abuse@NAME.example."""
    made = Organisation.objects.create(
        **{"name": name, "created_at": NOW, "released_at": NOW, **changes}
    )
    contact(made)
    return made


def contact(of: Organisation, purpose: str = "abuse", **changes: Any) -> Contact:
    domain = of.name.lower().replace(" ", "-")
    return Contact.objects.create(
        **{
            "organisation": of,
            "purpose": purpose,
            "email": f"{purpose}@{domain}.example",
            **changes,
        }
    )


def report(kind: str = "scan_rdp", feed: str = "shadowserver", **changes: Any) -> Report:
    source, _ = Feed.objects.get_or_create(name=feed)
    digest = uuid5(NAMESPACE, f"{kind} {feed} {changes}").bytes * 2
    return Report.objects.create(
        **{
            "digest": digest,
            "feed": source,
            "name": f"{DAY}-{kind}.csv",
            "kinds": [kind],
            "day": DAY,
            "received_at": NOW,
            **changes,
        }
    )


def threat_id(name: object) -> UUID:
    return uuid5(NAMESPACE, str(name))


def threat(
    of: Organisation,
    name: object,
    kind: str = "scan_rdp",
    seen_in: Report | None = None,
    **changes: Any,
) -> UUID:
    """A new, high threat on the address `name` (or 192.0.2.NAME); its id."""
    address = str(ip_address("192.0.2.0") + name) if isinstance(name, int) else name
    values = {
        "key": threat_id(f"{kind} {name}"),
        "organisation_id": of.pk,
        "first_seen": NOW - timedelta(days=2),
        "last_seen": NOW - timedelta(hours=6),
        "opened_at": NOW - timedelta(days=2),
        "state_since": NOW - timedelta(days=2),
        "alerted_at": None,
        "asn": 64500,
        "last_report_id": (seen_in or report_of(kind)).pk,
        "last_day": DAY,
        "times_seen": 3,
        "port": 3389,
        "protocol": 6,
        "state": 1,
        "notice": 1,
        "severity": 4,
        "reminders": 0,
        "address": address,
        "domain": "",
        "tag": "",
        **changes,
    }
    names = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tocsin_kind(%s)", [kind])
        (number,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO threat (kind_id, {names}) VALUES (%s, {marks})",
            [number, *values.values()],
        )
    key: UUID = values["key"]
    return key


def report_of(kind: str) -> Report:
    return Report.objects.filter(kinds=[kind]).first() or report(kind)


def observe(
    home: Path, seen_in: Report, kind: str, rows: Sequence[tuple[UUID, dict[str, str]]]
) -> None:
    """Write the report's segment: (threat, columns) in the order of time."""
    names = sorted({name for _, columns in rows for name in columns})
    table = pa.table(
        {name: pa.array([c.get(name) for _, c in rows], pa.string()) for name in names}
    )
    path = segment_path(kind, DAY, bytes(seen_in.digest))
    threats = np.frombuffer(b"".join(key.bytes for key, _ in rows), np.uint8).reshape(-1, 16)
    lines = np.arange(len(rows), dtype=np.int64)
    with segment(home, path) as writing:
        writing.add(table, lines + 2, lines, threats, np.ones(len(rows), np.int32))
    seen_in.segments = {kind: path}
    seen_in.save()


def state_of(key: UUID) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT notice, alerted_at, reminders FROM threat WHERE key = %s", [key])
        return dict(zip(("notice", "alerted_at", "reminders"), cursor.fetchone(), strict=True))

"""What an installation holds, without the numbers that a rolled-back transaction uses up."""

import email
import hashlib
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq

from tocsin.database.embedded import Embedded

State = dict[str, list[tuple[Any, ...]]]

# By table: what its ids mean (joins), and the columns that tell of this run only. A row is compared
# with all its other columns, so that a new column is compared as well.
IDS = "{id,organisation_id,kind_id,feed_id,report_id,alert_id,contact_id,last_report_id}"
ORGANISATION = "LEFT JOIN organisation o ON o.id = t.organisation_id"
KIND = "LEFT JOIN threat_kind k ON k.id = t.kind_id"
FEED = "JOIN feed f ON f.id = t.feed_id"
TABLES = {
    "organisation": ("NULL", "", "{}"),
    "contact": ("o.name", ORGANISATION, "{}"),
    "asset": ("o.name", ORGANISATION, "{}"),
    "report": ("f.name", FEED, "{digest,segments,raw,received_at}"),
    "refused_row": ("NULL", "", "{refused_at}"),
    "feed_day": ("f.name", FEED, "{}"),
    "threat": ("(o.name, k.name)", f"{ORGANISATION} {KIND}", "{}"),
    "threat_change": ("(o.name, k.name)", f"{ORGANISATION} {KIND}", "{recorded_at}"),
    "daily_count": ("(o.name, k.name)", f"{ORGANISATION} {KIND}", "{}"),
    "alert": ("o.name", ORGANISATION, "{ticket,content,csv}"),  # a lost transaction leaves a gap
    "alert_threat": ("(o.name, k.name)", f"{ORGANISATION} {KIND}", "{}"),
    "delivery": ("o.name", ORGANISATION, "{message_id,attempts,uncertainties,sent_at,reason,"
                 "next_attempt_at,state}"),
}  # fmt: skip
SEGMENTS = "SELECT p.value FROM report, jsonb_each_text(segments::jsonb) AS p"
UNCERTAIN = "SELECT count(*) FROM delivery WHERE state = 'uncertain'"
UNSENT = "SELECT count(*) FROM delivery WHERE state NOT IN ('sent', 'uncertain')"


def state(home: Path) -> State:
    """Every table, the observations' files and the mails of an installation."""
    server = Embedded(home)
    server.ensure_running()
    try:
        with psycopg.connect("", **server.dsn("postgres")) as connection:  # type: ignore[arg-type]
            found = {
                name: _sorted(connection.execute(_rows(name)).fetchall(), home) for name in TABLES
            }
            paths = sorted(path for (path,) in connection.execute(SEGMENTS))
    finally:
        server.release()
    found["observations"] = [(path, pq.read_metadata(home / path).num_rows) for path in paths]
    found["mail"] = mails(home / "outbox")
    return found


def _sorted(rows: list[tuple[Any, ...]], home: Path) -> list[tuple[Any, ...]]:
    return sorted(tuple(str(value).replace(str(home), "HOME") for value in row) for row in rows)


def _rows(table: str) -> bytes:
    what, joins, volatile = TABLES[table]
    fields = f"(to_jsonb(t) - '{IDS}'::text[] - '{volatile}'::text[])::text"
    return f"SELECT {what}::text, {fields} FROM {table} t {joins}".encode()


def uncertain(home: Path) -> int:
    """Deliveries of which a crash left open whether they went; shown to people as such."""
    return _count(home, UNCERTAIN)


def unsent(home: Path) -> int:
    return _count(home, UNSENT)


def _count(home: Path, query: str) -> int:
    server = Embedded(home)
    server.ensure_running()
    try:
        with psycopg.connect("", **server.dsn("postgres")) as connection:  # type: ignore[arg-type]
            row = connection.execute(query.encode()).fetchone()
            return int(row[0]) if row else 0
    finally:
        server.release()


def mails(outbox: Path) -> list[tuple[Any, ...]]:
    """Recipient and attached rows of each mail; ticket numbers may have gaps after a crash."""
    found = []
    for path in outbox.glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        rows = b"".join(part.get_content().encode() for part in mail.iter_attachments())
        found.append((str(mail["To"]), hashlib.sha256(rows).hexdigest()))
    return sorted(found)


def differences(one: State, other: State) -> list[str]:
    """What is not the same, in words, a few rows of each."""
    told = []
    for name in one:
        left, right = one[name], other[name]
        if left != right:
            missing, more = set(left) - set(right), set(right) - set(left)
            some = f"{sorted(missing)[:2]} against {sorted(more)[:2]}"
            told.append(f"{name}: {len(left)} and {len(right)} rows; {some}")
    return told

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

# Rows by what they are, never by their ids; each is sorted as text.
TABLES = {
    "organisation": """
        SELECT name, kind, region_id, sector, language, suspended, released_at FROM organisation""",
    "contact": """
        SELECT o.name, purpose, email, bounced_at FROM contact JOIN organisation o
        ON o.id = organisation_id""",
    "asset": """
        SELECT o.name, form, asn, prefix, domain, valid_from, valid_to, provenance FROM asset
        JOIN organisation o ON o.id = organisation_id""",
    "report": """
        SELECT encode(digest, 'hex'), f.name, r.name, kinds, day, rows, observations, refused,
               unattributed, threats_new, threats_reopened, size, tlp, notes
        FROM report r JOIN feed f ON f.id = feed_id""",
    "refused row": """
        SELECT file, line, reason, detail, text FROM refused_row""",
    "feed day": """
        SELECT f.name, kind, stream, day, rows, refused, usual, state, swept FROM feed_day
        JOIN feed f ON f.id = feed_id""",
    "threat": """
        SELECT k.name, key, o.name, address, domain, port, protocol, tag, asn, first_seen,
               last_seen, opened_at, state_since, alerted_at, times_seen, recurrences, reminders,
               severity, state, notice, pinned, last_day
        FROM threat t JOIN threat_kind k ON k.id = t.kind_id
        LEFT JOIN organisation o ON o.id = organisation_id""",
    "threat change": """
        SELECT k.name, key, o.name, at, recorded_at, from_state, to_state, cause
        FROM threat_change c JOIN threat_kind k ON k.id = c.kind_id
        LEFT JOIN organisation o ON o.id = organisation_id""",
    "daily count": """
        SELECT o.name, k.name, day, observations, threats, new, reopened, gone FROM daily_count
        JOIN threat_kind k ON k.id = kind_id LEFT JOIN organisation o ON o.id = organisation_id""",
    "alert": """
        SELECT o.name, composed_at, tlp, a.language, new, reopened, reminders, immediate
        FROM alert a JOIN organisation o ON o.id = organisation_id""",
    "alert's threat": """
        SELECT o.name, a.composed_at, k.name, key, reason FROM alert_threat t
        JOIN alert a ON a.id = alert_id JOIN threat_kind k ON k.id = t.kind_id
        JOIN organisation o ON o.id = t.organisation_id""",
    "delivery": """
        SELECT o.name, a.composed_at, recipient, d.number,
               CASE d.state WHEN 'uncertain' THEN 'sent' ELSE d.state END
        FROM delivery d JOIN alert a ON a.id = alert_id
        JOIN organisation o ON o.id = d.organisation_id""",
}
SEGMENTS = "SELECT p.value FROM report, jsonb_each_text(segments::jsonb) AS p"
UNCERTAIN = "SELECT count(*) FROM delivery WHERE state = 'uncertain'"


def state(home: Path) -> State:
    """Every table, the observations' files and the mails of an installation."""
    server = Embedded(home)
    server.ensure_running()
    try:
        with psycopg.connect("", **server.dsn("postgres")) as connection:  # type: ignore[arg-type]
            found = {
                name: sorted(connection.execute(query.encode()).fetchall(), key=repr)
                for name, query in TABLES.items()
            }
            paths = sorted(path for (path,) in connection.execute(SEGMENTS))
    finally:
        server.release()
    found["observations"] = [(path, pq.read_metadata(home / path).num_rows) for path in paths]
    found["mail"] = mails(home / "outbox")
    return found


def uncertain(home: Path) -> int:
    """Deliveries of which a crash left open whether they went; shown to people as such."""
    server = Embedded(home)
    server.ensure_running()
    try:
        with psycopg.connect("", **server.dsn("postgres")) as connection:  # type: ignore[arg-type]
            row = connection.execute(UNCERTAIN).fetchone()
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
            only = (
                [row for row in left if row not in right][:2],
                [row for row in right if row not in left][:2],
            )
            told.append(f"{name}: {len(left)} and {len(right)} rows; {only[0]} against {only[1]}")
    return told

"""Slowing down whoever guesses passwords: a count for each bucket and span of time."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection

from tocsin.database.scope import staff_scope

COUNT = """
INSERT INTO throttle AS t (bucket, since, used) VALUES (%(bucket)s, %(now)s, 1)
ON CONFLICT (bucket) DO UPDATE SET
    used = CASE WHEN t.since <= %(oldest)s THEN 1 ELSE t.used + 1 END,
    since = CASE WHEN t.since <= %(oldest)s THEN excluded.since ELSE t.since END
RETURNING used
"""


def too_many(bucket: str, limit: int, span: timedelta, now: datetime) -> bool:
    """Count one attempt; true when it is more than `limit` within `span`."""
    return attempts(bucket, span, now) > limit


def attempts(bucket: str, span: timedelta, now: datetime) -> int:
    """Count one attempt; how many there were within `span`, this one too.

    Commits on its own, so that an attempt counts whatever becomes of the request.
    """
    digest = sha256(bucket.encode()).hexdigest()
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute(COUNT, {"bucket": digest, "now": now, "oldest": now - span})
        row = cursor.fetchone()
    return int(row[0])


def forget(before: datetime) -> None:
    """Drop counts that no span reaches back to."""
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM throttle WHERE since < %s", [before])

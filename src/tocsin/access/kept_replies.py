"""Writes that are sent twice happen once: the reply is kept with the effect, in one transaction.

Follows the IETF's draft of the Idempotency-Key header.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import zstandard
from django.db import OperationalError, connection, transaction

from tocsin.access.models import KeptReply

KEPT_FOR = timedelta(hours=24)
PATIENCE = "10s"  # for another request with the same key to end

CLAIM = """
INSERT INTO kept_reply AS k
    (person_id, organisation_id, key, request, made_at, status, headers, body)
VALUES (%(person)s, %(organisation)s, %(key)s, %(request)s, %(now)s, 0, '{}', '')
ON CONFLICT (person_id, key) DO UPDATE SET
    request = excluded.request, made_at = excluded.made_at, status = 0, headers = '{}', body = ''
    WHERE k.made_at <= %(oldest)s
RETURNING id
"""


class KeyInUseError(Exception):
    """Another request with this key is still at work."""


class KeyReusedError(Exception):
    """The key came with another request before."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What went back: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


def claim(
    person: int, organisation: int | None, key: str, request: bytes, now: datetime
) -> int | Reply:
    """The number under which to keep this request's reply, or the reply of the same one before.

    Waits for another with the same key to end.  Raises `KeyInUseError` when that takes long,
    `KeyReusedError` when `request`, a digest, is another one.  Runs in the caller's transaction.
    """
    values = {
        "person": person,
        "organisation": organisation,
        "key": key,
        "request": request,
        "now": now,
        "oldest": now - KEPT_FOR,
    }
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                cursor.execute(CLAIM, values)
                row = cursor.fetchone()
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
        except OperationalError as error:
            raise KeyInUseError from error
    if row is not None:
        return int(row[0])
    return _kept(KeptReply.objects.get(person=person, key=key), request)


def keep(number: int, reply: Reply) -> None:
    KeptReply.objects.filter(pk=number).update(
        status=reply.status, headers=reply.headers, body=zstandard.compress(reply.body)
    )


def forget_replies(now: datetime) -> None:
    KeptReply.objects.filter(made_at__lte=now - KEPT_FOR).delete()


def _kept(row: KeptReply, request: bytes) -> Reply:
    if bytes(row.request) != request:
        raise KeyReusedError
    return Reply(row.status, row.headers, zstandard.decompress(bytes(row.body)))

"""Receipts leaving: each is claimed before it is sent and recorded after, by one worker."""

from datetime import datetime, timedelta

from django.db import connection

from tocsin.alerts.channels.mail.posts import Outcome, Parcel, Post, Result
from tocsin.alerts.deliveries import UNREACHABLE, Clock
from tocsin.alerts.freezing import unpacked
from tocsin.alerts.models import Receipt
from tocsin.database.scope import staff_scope

MOST_TRIES = 5
AGAIN = timedelta(minutes=15)
ABANDONED = timedelta(hours=1)  # what is still being sent then, nobody sends any more

CLAIM = """
UPDATE receipt SET state = 'sending', attempts = attempts + 1, next_attempt_at = %(later)s
WHERE id = (SELECT id FROM receipt WHERE next_attempt_at <= %(now)s AND attempts < 100
            ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def send_receipts(post: Post, clock: Clock) -> int:
    """Every receipt whose time has come; how many left.  Any number of these may run at once."""
    sent = 0
    try:
        while (number := _claimed(clock())) is not None:
            with staff_scope():
                receipt = Receipt.objects.select_related("delivery__alert").get(pk=number)
            result = post.send(_parcel(receipt))
            with staff_scope():
                state = _recorded(receipt, result, clock())
            sent += state == "sent"
            if state == UNREACHABLE:
                break
    finally:
        post.close()
    return sent


def _claimed(now: datetime) -> int | None:
    """Committed before the server hears of it."""
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "later": now + ABANDONED})
        row = cursor.fetchone()
    return row[0] if row else None


def _parcel(receipt: Receipt) -> Parcel:
    """With no sender on the envelope: nobody writes back to a program (RFC 3834, section 3.3)."""
    name = f"{receipt.delivery.alert.ticket}-receipt-{receipt.pk}"
    return Parcel(name, "", receipt.recipient, unpacked(receipt.mail))


def _recorded(receipt: Receipt, result: Result, now: datetime) -> str:
    """A reply that never came is taken for a yes: a second copy annoys more than none."""
    receipt.reason, receipt.next_attempt_at = result.detail, None
    if result.outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
        receipt.state, receipt.mail = "sent", b""
    elif result.outcome in (Outcome.DEFERRED, Outcome.UNREACHABLE) and (
        receipt.attempts < MOST_TRIES or result.outcome is Outcome.UNREACHABLE
    ):
        receipt.state, receipt.next_attempt_at = "queued", now + AGAIN
    else:
        receipt.state, receipt.mail = "failed", b""
    receipt.save(update_fields=["state", "reason", "mail", "next_attempt_at"])
    return UNREACHABLE if result.outcome is Outcome.UNREACHABLE else receipt.state

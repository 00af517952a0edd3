"""The one place that takes incoming mails: each is handled once, and none is thrown away.

What becomes of a mail and the record that it was handled are one transaction, so a crash leaves
both or neither.  A further sort of mail is a further function in `_HANDLERS`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from pathlib import Path

from django.db import connection

from tocsin.alerts import outcomes
from tocsin.alerts.channels.mail.incoming import Incoming, Sort, read
from tocsin.alerts.freezing import packed
from tocsin.alerts.models import Delivery, IncomingMail
from tocsin.alerts.rules import address_is_dead
from tocsin.database.scope import staff_scope

FINAL = ("bounced", "failed")


class Became(Enum):
    """What was done with a mail."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    KNOWN = "known"  # handled before, or of a delivery that has ended already
    UNPROVEN = "unproven"  # a bounce that names no mail of ours, or its ticket only
    AUTOMATIC = "automatic"
    REPLY = "reply"
    OTHER = "other"


FOR_A_PERSON = (Became.REPLY, Became.UNPROVEN, Became.OTHER)


def take(raw: bytes, now: datetime) -> Became:
    """Take a mail in.  The same one again changes nothing."""
    mail = read(raw)
    with staff_scope():
        number = _registered(raw, mail, now)
        if number is None:
            return Became.KNOWN
        delivery = _delivery(mail)
        became = _HANDLERS[mail.sort](mail, delivery, now)
        open_ = became in FOR_A_PERSON
        IncomingMail.objects.filter(pk=number).update(
            became=became.value,
            delivery=delivery,
            mail=b"" if mail.failure and not open_ else packed(raw),
            settled_at=None if open_ else now,
        )
    return became


def _registered(raw: bytes, mail: Incoming, now: datetime) -> int | None:
    """The new row's number; nothing if the mail has one.  Of two at once the second waits."""
    detail = mail.failure.detail if mail.failure else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incoming_mail (digest, at, became, sender, subject, detail, mail)"
            " VALUES (%s, %s, '', %s, %s, %s, '') ON CONFLICT (digest) DO NOTHING RETURNING id",
            [sha256(raw).digest(), now, mail.sender, mail.subject, detail],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _delivery(mail: Incoming) -> Delivery | None:
    found = Delivery.objects.select_for_update(of=("self",)).select_related("contact", "alert")
    by_id = found.filter(message_id__in=mail.message_ids).order_by("-pk").first()
    if by_id is None and mail.token:
        by_id = found.filter(message_id__startswith=f"<{mail.token}@").first()
    return by_id


def _bounce(mail: Incoming, delivery: Delivery | None, now: datetime) -> Became:
    failure = mail.failure
    if failure is None or delivery is None:
        return Became.UNPROVEN
    if not failure.final:
        if failure.delayed:
            outcomes.noted(delivery, "delayed", failure.detail, now)
        return Became.DELAYED if failure.delayed else Became.AUTOMATIC
    if delivery.state in FINAL:
        return Became.KNOWN
    if address_is_dead(failure.status):
        outcomes.bounced(delivery, "bounced", failure.detail, now)
    else:
        outcomes.given_up(delivery, "bounced", failure.detail, now)
    return Became.BOUNCED


def _automatic(mail: Incoming, delivery: Delivery | None, now: datetime) -> Became:
    return Became.AUTOMATIC


def _reply(mail: Incoming, delivery: Delivery | None, now: datetime) -> Became:
    return Became.REPLY


def _other(mail: Incoming, delivery: Delivery | None, now: datetime) -> Became:
    return Became.OTHER


Handler = Callable[[Incoming, Delivery | None, datetime], Became]
_HANDLERS: dict[Sort, Handler] = {
    Sort.BOUNCE: _bounce,
    Sort.AUTOMATIC: _automatic,
    Sort.REPLY: _reply,
    Sort.OTHER: _other,
}


def forget(now: datetime, days: int) -> int:
    """Empty settled mails of more than so many days: who wrote what; how many.

    Their digests stay, so that they are not taken again.
    """
    with staff_scope():
        old = IncomingMail.objects.filter(settled_at__lt=now - timedelta(days=days))
        return old.exclude(sender="", mail=b"").update(sender="", subject="", detail="", mail=b"")


def mails(path: Path) -> Iterator[tuple[Path, bytes]]:
    """A file, or all files of a folder (a maildir has them in `new` and `cur`), by name."""
    if path.is_file():
        yield path, path.read_bytes()
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.parent.name != "tmp":
            yield file, file.read_bytes()

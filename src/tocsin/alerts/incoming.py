"""The one place that takes incoming mails: each is handled once, and none is thrown away.

What becomes of a mail and the record that it was handled are one transaction, so a crash leaves
both or neither.  A further sort of mail is a further function in `_HANDLERS`.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection, transaction
from dkim.dnsplug import get_txt

from tocsin.alerts import outcomes
from tocsin.alerts.became import FOR_A_PERSON as FOR_A_PERSON
from tocsin.alerts.became import Became as Became
from tocsin.alerts.channels.mail.author import KeyOf, Proof, proof_of
from tocsin.alerts.channels.mail.incoming import Incoming, Sort, read
from tocsin.alerts.freezing import packed
from tocsin.alerts.models import Delivery, IncomingMail, Receipt, RefusedAnswer
from tocsin.alerts.replies import by_mail
from tocsin.alerts.replies.by_mail import Ended, Reply
from tocsin.alerts.rules import address_is_dead
from tocsin.database.patience import patiently
from tocsin.database.scope import staff_scope

FINAL = ("bounced", "failed")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that has come in; `number`: its row."""

    number: int
    mail: Incoming
    proof: Proof


def take(raw: bytes, now: datetime, key_of: KeyOf = get_txt) -> Became:
    """Take a mail in.  The same one again changes nothing.  `key_of` asks DNS for DKIM keys."""
    mail = read(raw)
    proof = Proof()
    if mail.sort is Sort.REPLY and (mail.message_ids or mail.token):
        proof = proof_of(raw, mail.message, settings.TOCSIN_MAIL_CHECKED_BY, key_of)
    return _take(raw, Arrival(0, mail, proof), now)


@patiently
@staff_scope()
def _take(raw: bytes, arrival: Arrival, now: datetime) -> Became:
    mail = arrival.mail
    number = _registered(raw, mail, now)
    if number is None:
        return Became.KNOWN
    delivery = _delivery(mail)
    ended = _ended(replace(arrival, number=number), delivery, now)
    open_ = ended.became in FOR_A_PERSON
    IncomingMail.objects.filter(pk=number).update(
        became=ended.became.value,
        delivery=delivery,
        mail=b"" if mail.failure and not open_ else packed(raw),
        settled_at=None if open_ else now,
        said=ended.said,
        **({"detail": ended.detail} if ended.detail else {}),
    )
    return ended.became


def _ended(arrival: Arrival, delivery: Delivery | None, now: datetime) -> Ended:
    """One mail that breaks its handler is a person's to read, and holds up no other."""
    try:
        with transaction.atomic():
            return _HANDLERS[arrival.mail.sort](arrival, delivery, now)
    except OperationalError:
        raise
    except Exception:
        log.exception("a mail from %s could not be handled", arrival.mail.sender)
        return Ended(Became.OTHER, "the program failed on it")


def _registered(raw: bytes, mail: Incoming, now: datetime) -> int | None:
    """The new row's number; nothing if the mail has one.  Of two at once the second waits."""
    detail = mail.failure.detail if mail.failure else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incoming_mail"
            " (digest, at, became, sender, subject, detail, message_id, said, mail)"
            " VALUES (%s, %s, '', %s, %s, %s, %s, '', '')"
            " ON CONFLICT (digest) DO NOTHING RETURNING id",
            [sha256(raw).digest(), now, mail.sender, mail.subject, detail, mail.message_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _delivery(mail: Incoming) -> Delivery | None:
    found = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("contact", "alert__delegation", "organisation")
        .defer("alert__csv", "alert__content")
    )
    by_id = found.filter(message_id__in=mail.message_ids).order_by("-pk").first()
    if by_id is None and mail.token:
        by_id = found.filter(message_id__startswith=f"<{mail.token}@").first()
    return by_id


def _bounce(arrival: Arrival, delivery: Delivery | None, now: datetime) -> Ended:
    failure = arrival.mail.failure
    if failure is None or delivery is None:
        return Ended(Became.UNPROVEN)
    if not failure.final:
        if failure.delayed:
            outcomes.noted(delivery, "delayed", failure.detail, now)
        return Ended(Became.DELAYED if failure.delayed else Became.AUTOMATIC)
    if delivery.state in FINAL:
        return Ended(Became.KNOWN)
    if address_is_dead(failure.status):
        outcomes.bounced(delivery, "bounced", failure.detail, now)
    else:
        outcomes.given_up(delivery, "bounced", failure.detail, now)
    return Ended(Became.BOUNCED)


def _automatic(arrival: Arrival, delivery: Delivery | None, now: datetime) -> Ended:
    return Ended(Became.AUTOMATIC)


def _reply(arrival: Arrival, delivery: Delivery | None, now: datetime) -> Ended:
    mail = arrival.mail
    reply = Reply(arrival.number, mail.message, mail.message_id, arrival.proof, mail.automatic)
    return by_mail.take(reply, delivery, now)


def _other(arrival: Arrival, delivery: Delivery | None, now: datetime) -> Ended:
    return Ended(Became.OTHER)


Handler = Callable[[Arrival, Delivery | None, datetime], Ended]
_HANDLERS: dict[Sort, Handler] = {
    Sort.BOUNCE: _bounce,
    Sort.AUTOMATIC: _automatic,
    Sort.REPLY: _reply,
    Sort.OTHER: _other,
}


def forget(now: datetime, days: int) -> int:
    """Empty settled mails of more than so many days: who wrote what; how many.

    Their digests stay, so that they are not taken again.  What was refused and what we wrote back
    goes as well.
    """
    before = now - timedelta(days=days)
    with staff_scope():
        RefusedAnswer.objects.filter(at__lt=before).delete()
        Receipt.objects.filter(at__lt=before, next_attempt_at=None).delete()
        old = IncomingMail.objects.filter(settled_at__lt=before)
        return old.exclude(sender="", mail=b"").update(sender="", subject="", detail="", mail=b"")


def mails(path: Path) -> Iterator[tuple[Path, bytes]]:
    """A file, or all files of a folder (a maildir has them in `new` and `cur`), by name."""
    if path.is_file():
        yield path, path.read_bytes()
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.parent.name != "tmp":
            yield file, file.read_bytes()

"""A reply to an alert: whose it is, what it says, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from hashlib import sha256

from django.db.models import Q

from tocsin.alerts.became import Became
from tocsin.alerts.channels.mail.author import Proof
from tocsin.alerts.channels.mail.said import MOST_FILES, files_of, words_of
from tocsin.alerts.models import AlertComment, Delivery, IncomingMail
from tocsin.alerts.replies.allowed import Sender, sender_of
from tocsin.alerts.replies.reading import Handed
from tocsin.alerts.replies.receipts import queue
from tocsin.alerts.replies.refusals import Read, Refusal, Why
from tocsin.alerts.replies.taking import Answering, Taken, take_files, take_reads
from tocsin.answers.statements import Via

SHOWN = 10  # refusals named in the list of mails
ACTED = (Became.ANSWERED, Became.PARTLY, Became.REFUSED, Became.COMMENT)


@dataclass(frozen=True, slots=True)
class Reply:
    """`number`: its row in `incoming_mail`.  `automatic`: a program wrote it, a ticket system for
    instance: it is taken, but not written back to."""

    number: int
    mail: Message
    message_id: str
    proof: Proof
    automatic: bool


@dataclass(frozen=True, slots=True)
class Ended:
    became: Became
    detail: str = ""
    said: bytes = b""


def take(reply: Reply, delivery: Delivery | None, now: datetime) -> Ended:
    """Within the transaction in which the mail is registered; the delivery is locked."""
    if delivery is None:
        return Ended(Became.REPLY, "it names none of our mails: a ticket's number proves nothing")
    sender = sender_of(delivery, reply.proof.author, now)
    if doubt := _doubt(reply.proof, sender, delivery):
        return Ended(Became.UNVERIFIED, doubt)
    assert sender is not None
    words, files = words_of(reply.mail), files_of(reply.mail)
    said = _digest(words, files)
    if _seen_before(reply, delivery, said):
        return Ended(Became.KNOWN, "its answer came before, in another wrapping")
    if words:
        _comment(delivery, sender, words, now)
    answering = Answering(delivery.organisation_id, sender.who, Via.MAIL, delivery.alert_id)
    taken = _taken(files, answering, now)
    noted = queue(reply, delivery, sender, taken, bool(words), now)
    return Ended(_became(taken, bool(files)), _detail(taken, bool(files), noted), said)


def _doubt(proof: Proof, sender: Sender | None, delivery: Delivery) -> str:
    if proof.doubt:
        return proof.doubt
    if sender is None:
        return "its sender is no contact and nobody of the organisation"
    return "the organisation is suspended" if delivery.organisation.suspended else ""


def _digest(words: str, files: list[Handed]) -> bytes:
    parts = [words.encode(), *(file.data for file in files)]
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


def _seen_before(reply: Reply, delivery: Delivery, said: bytes) -> bool:
    same = Q(said=said)
    if reply.message_id:
        same |= Q(message_id=reply.message_id)
    before = IncomingMail.objects.filter(same, delivery=delivery).exclude(pk=reply.number)
    return before.filter(became__in=[one.value for one in ACTED]).exists()


def _comment(delivery: Delivery, sender: Sender, words: str, now: datetime) -> None:
    AlertComment.objects.create(
        alert_id=delivery.alert_id,
        organisation_id=delivery.organisation_id,
        at=now,
        by=sender.who.name,
        via=Via.MAIL,
        text=words,
    )


def _taken(files: list[Handed], answering: Answering, now: datetime) -> Taken:
    if len(files) > MOST_FILES:
        return take_reads([Read(refused=[Refusal("", 0, "", Why.TOO_MANY_FILES)])], answering, now)
    return take_files(files, answering, now)


def _became(taken: Taken, has_files: bool) -> Became:
    if not has_files or not (taken.taken or taken.unchanged or taken.refused):
        return Became.COMMENT
    if not taken.refused:
        return Became.ANSWERED
    return Became.PARTLY if taken.taken or taken.unchanged else Became.REFUSED


def _detail(taken: Taken, has_files: bool, noted: str) -> str:
    """For the list of mails."""
    said = [f"{taken.taken} taken, {taken.unchanged} unchanged, {len(taken.refused)} refused"]
    for one in taken.refused[:SHOWN]:
        words = f"{one.file} line {one.row}" if one.row else one.file
        said.append(f"{words}: {one.reason} {one.detail or one.threat}".strip())
    if not has_files:
        said = ["no file"]
    return "; ".join([*said, noted] if noted else said)[:2000]

"""The mailbox that returned mails and replies come to, read on the worker's schedule."""

import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from tocsin.alerts.channels.mail.maildir import Maildir
from tocsin.alerts.incoming import Became, take
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.intake.fetch.items import Item, stable_key
from tocsin.intake.fetch.mailbox import Mailbox
from tocsin.intake.fetch.memory import DatabaseMemory
from tocsin.intake.models import FetchSource

LATE = timedelta(minutes=30)
LARGEST = 64 << 20  # bytes; larger mails stay where they are, and that is told


@dataclass
class Collected:
    """What a run did: how many mails became what, and what could not be read."""

    counts: Counter[Became] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def mailbox() -> Mailbox | Maildir | None:
    """As the settings name it; nothing where they name none."""
    if settings.TOCSIN_MAILDIR:
        return Maildir(Path(settings.TOCSIN_MAILDIR))
    if not settings.TOCSIN_IMAP_HOST:
        return None
    return Mailbox(
        host=settings.TOCSIN_IMAP_HOST,
        user=settings.TOCSIN_IMAP_USER,
        password=settings.TOCSIN_IMAP_PASSWORD,
        port=settings.TOCSIN_IMAP_PORT,
        starttls=settings.TOCSIN_IMAP_SECURITY == "starttls",
        folder=settings.TOCSIN_IMAP_FOLDER,
        after="move" if settings.TOCSIN_IMAP_MOVE_TO else "seen",
        move_to=settings.TOCSIN_IMAP_MOVE_TO,
        limit=LARGEST,
        ca_file=settings.TOCSIN_IMAP_CA_FILE,
    )


def place() -> str:
    """The mailbox in words, empty where none is set."""
    if settings.TOCSIN_MAILDIR:
        return f"maildir {settings.TOCSIN_MAILDIR}"
    if not settings.TOCSIN_IMAP_HOST:
        return ""
    return f"mailbox {settings.TOCSIN_IMAP_USER} at {settings.TOCSIN_IMAP_HOST}"


def collect(now: datetime) -> Collected:
    """Take what is new in the mailbox.  Failures are told in the result, mail by mail.

    A crash at any moment repeats at most the marking of a mail: `incoming.take` knows it again.
    """
    collected, box = Collected(), mailbox()
    if box is None:
        return collected
    memory = DatabaseMemory(_source())
    memory.start(now)
    try:
        for item in box.items(memory, now):
            _one(item, memory, now, collected)
    except TocsinError as error:
        collected.failures.append(str(error))
    finally:
        box.close()
    memory.end(collected.failures, now)
    return collected


def _one(item: Item, memory: DatabaseMemory, now: datetime, collected: Collected) -> None:
    """One mail that cannot be read does not keep the others from being taken."""
    raw = io.BytesIO()
    try:
        item.save(raw)
        collected.counts[take(raw.getvalue(), now)] += 1
        memory.take(item.key, item.name, {}, 0, now)
        item.finish()
    except TocsinError as error:
        collected.failures.append(str(error))


def trouble(now: datetime) -> str:
    """Why returned mails are not seen at the moment, or nothing."""
    if not place():
        return ""
    with staff_scope():
        last = FetchSource.objects.filter(name=_source()).first()
    if last is None or last.ended_at is None:
        return f"the {place()} has not been read yet"
    if last.failures:
        return "; ".join(last.failures)
    if now - last.ended_at > LATE:
        return f"the {place()} was last read at {last.ended_at:%Y-%m-%d %H:%M} UTC"
    return ""


def _source() -> str:
    """A memory for each mailbox: another one counts its mails anew."""
    return f"(mail) {stable_key(place(), settings.TOCSIN_IMAP_FOLDER)}"

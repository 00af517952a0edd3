"""Mails that came back: the delivery is marked, the contact too, and the next one is written to."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path

from tocsin.alerts import outcomes
from tocsin.alerts.channels.mail.bounces import Bounce, read_bounce
from tocsin.alerts.models import Delivery
from tocsin.database.scope import staff_scope

FINAL = ("bounced", "failed")


class Returned(Enum):
    """What a mail turned out to be."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    KNOWN = "known"  # of a delivery that has ended already
    UNPROVEN = "unproven"  # it names a ticket only: an analyst must look
    OTHER = "other"


def record_bounce(raw: bytes, now: datetime) -> Returned:
    """Take a bounce in.  Twice the same one changes nothing the second time."""
    bounce = read_bounce(raw)
    if bounce is None:
        return Returned.OTHER
    with staff_scope():
        delivery = _delivery(bounce)
        if delivery is None:
            return Returned.UNPROVEN if bounce.ticket else Returned.OTHER
        if not bounce.failed:
            outcomes.noted(delivery, "delayed", bounce.detail, now)
            return Returned.DELAYED
        if delivery.state in FINAL:
            return Returned.KNOWN
        outcomes.bounced(delivery, "bounced", bounce.detail, now)
        return Returned.BOUNCED


def _delivery(bounce: Bounce) -> Delivery | None:
    found = Delivery.objects.select_for_update(of=("self",)).select_related("contact", "alert")
    by_id = found.filter(message_id__in=bounce.message_ids).first()
    if by_id is None and bounce.token:
        by_id = found.filter(message_id__startswith=f"<{bounce.token}@").first()
    return by_id


def mails(path: Path) -> Iterator[tuple[Path, bytes]]:
    """A file, or all files of a folder (a maildir has them in `new` and `cur`), by name."""
    if path.is_file():
        yield path, path.read_bytes()
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.parent.name != "tmp":
            yield file, file.read_bytes()

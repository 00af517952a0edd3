"""Writing notices, reading them off, and saying how often one wants them mailed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from tocsin.access.models import Person
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.notices.models import Notice, NoticeWish
from tocsin.notices.rules import KEEP, SORTS, Kind, Mail, kinds_for
from tocsin.webhooks.actions import emit_each
from tocsin.webhooks.rules import EventType

READ = (Path(__file__).parent / "sql" / "read.sql").read_text()
FORGOTTEN_AT_ONCE = 10_000


@dataclass(frozen=True)
class News:
    """A notice to be written: `organisation` None for the staff; the rest as of `Notice`."""

    organisation: int | None
    subject: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    once: str = ""


def write(kind: Kind, news: Iterable[News], now: datetime) -> int:
    """Keep notices in the caller's transaction, whatever its scope; webhooks that listen are told
    of those that no event of its own tells.  How many are new."""
    made = [
        Notice(
            organisation_id=one.organisation,
            kind=kind.value,
            subject=one.subject,
            data=dict(one.data),
            once=one.once,
            at=now,
        )
        for one in news
    ]
    if not made:
        return 0
    with staff_scope():
        made = _not_written(kind, made)
        Notice.objects.bulk_create(made, batch_size=1_000, ignore_conflicts=True)
        if SORTS[kind].carried and made:
            told = [(one.organisation_id, _told(one)) for one in made]
            emit_each(EventType.NOTICE, told, now)
    return len(made)


def _not_written(kind: Kind, news: list[Notice]) -> list[Notice]:
    """Without those that may be written once only and are there."""
    if not any(one.once for one in news):
        return news
    there = Notice.objects.filter(kind=kind.value, once__in=[one.once for one in news])
    known = set(there.exclude(once="").values_list("organisation", "once"))
    return [one for one in news if (one.organisation_id, one.once) not in known]


def _told(one: Notice) -> dict[str, Any]:
    return {
        "notice": one.kind,
        "organisation": one.organisation_id,
        "subject": one.subject,
        **one.data,
    }


def mark_read(person: Person, now: datetime, numbers: Iterable[int] | None = None) -> None:
    """These of the person's notices, or all of them; in the person's scope.  What is not theirs
    is passed over."""
    with connection.cursor() as cursor:
        cursor.execute(
            READ,
            {
                "person": person.pk,
                "organisation": person.organisation_id,
                "kinds": kinds_for(person.role),
                "numbers": None if numbers is None else list(numbers),
                "now": now,
            },
        )


def wish(person: Person, mail: str) -> None:
    """In the person's scope.  Raises `TocsinError` for a word that is none of `rules.Mail`."""
    if mail not in set(Mail):
        raise TocsinError("Choose how often you want mail.")
    NoticeWish.objects.update_or_create(
        person=person, defaults={"mail": mail, "organisation_id": person.organisation_id}
    )


def forget(now: datetime) -> int:
    """Drop what is older than `rules.KEEP`, a part at a time; how many in all."""
    dropped = 0
    while True:
        with staff_scope():
            old = Notice.objects.filter(at__lt=now - KEEP).order_by("at")
            numbers = list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
            Notice.objects.filter(pk__in=numbers).delete()
        dropped += len(numbers)
        if len(numbers) < FORGOTTEN_AT_ONCE:
            return dropped

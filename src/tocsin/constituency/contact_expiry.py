"""Which contacts are due for a question, and what is remembered of it."""

from datetime import datetime

from django.db.models import Q

from tocsin.constituency.contact_rules import ASK_AFTER, Step, step
from tocsin.constituency.contacts import TELL_OWNERS
from tocsin.constituency.happenings import contacts_doubted
from tocsin.constituency.models import Contact
from tocsin.database.queue import later
from tocsin.database.scope import staff_scope

TELL_ANALYSTS = "tocsin.access.tell_analysts"


def contacts_due(now: datetime) -> list[tuple[Contact, Step]]:
    """With what is due; mail that bounces is not asked."""
    old = Q(asked_at=None, created_at__lte=now - ASK_AFTER)
    with staff_scope():
        contacts = Contact.objects.filter(
            old | Q(asked_at__isnull=False), pending=False, unconfirmed_at=None, bounced_at=None
        ).select_related("organisation")
        found = [(one, _step(one, now)) for one in contacts.order_by("pk")]
    return [(one, due) for one, due in found if due is not Step.NONE]


def mark_asked(contact: Contact, now: datetime) -> None:
    with staff_scope():
        Contact.objects.filter(pk=contact.pk).update(asked_at=now, reminded_at=None)


def mark_reminded(contact: Contact, now: datetime) -> None:
    with staff_scope():
        Contact.objects.filter(pk=contact.pk).update(reminded_at=now)


def expire(numbers: list[int], now: datetime) -> None:
    """Nobody answered: said to the owners and, once for all, to the analysts.  Alerts go on."""
    with staff_scope():
        waiting = Contact.objects.filter(pk__in=numbers, unconfirmed_at=None)
        due = [one for one in waiting.select_for_update() if _step(one, now) is Step.EXPIRE]
        still = [one.pk for one in due]
        Contact.objects.filter(pk__in=still).update(unconfirmed_at=now)
        for number in still:
            later(TELL_OWNERS, contact=number)
        if still:
            later(TELL_ANALYSTS, contacts=" ".join(map(str, still)))
            told = [(one.pk, one.organisation_id) for one in due]
            contacts_doubted.send(Contact, contacts=told, why="silent", now=now)


def _step(contact: Contact, now: datetime) -> Step:
    return step(
        right_since=max(filter(None, (contact.created_at, contact.confirmed_at))),
        asked_at=contact.asked_at,
        reminded_at=contact.reminded_at,
        unconfirmed_at=contact.unconfirmed_at,
        now=now,
    )

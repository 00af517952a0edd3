"""Who has been here when, and what becomes of those who stay away."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from tocsin.access.models import Closed, Person, SignInLink, SignInSession
from tocsin.access.rules import MEMBER_AWAY, NOTICE, STAFF_AWAY, Step, dormant_step
from tocsin.audit.log import note
from tocsin.database.scope import staff_scope

DAY = timedelta(days=1)


def seen(person: Person, now: datetime) -> None:
    """The API was used.  Written once a day at most."""
    if person.last_seen_at is not None and now - person.last_seen_at < DAY:
        return
    person.last_seen_at = now
    with staff_scope():
        recent = Q(last_seen_at=None) | Q(last_seen_at__lt=now)
        Person.objects.filter(recent, pk=person.pk).update(last_seen_at=now)


class Dormant(NamedTuple):
    """`closes_at`: when the access ends; None for somebody who has not been told yet."""

    person: Person
    step: Step
    closes_at: datetime | None


def dormant(now: datetime) -> Iterator[Dormant]:
    """Those who stay away, in the caller's scope; also those told whose time is not over."""
    for person in _away(now).select_related("organisation").order_by("email"):
        told = person.dormant_told_at
        step = dormant_step(
            staff=person.is_staff_member,
            last_active=person.last_active,
            told_at=told,
            now=now,
        )
        waits = told is not None and told > person.last_active
        if step is not Step.NONE or waits:
            yield Dormant(person, step, told + NOTICE if told and waits else None)


def is_dormant(person: Person, now: datetime) -> bool:
    """Whether somebody stays away, or was told that the access will end and did not come."""
    told, active = person.dormant_told_at, person.last_active
    step = dormant_step(staff=person.is_staff_member, last_active=active, told_at=told, now=now)
    return step is not Step.NONE or (told is not None and told > active)


def _away(now: datetime) -> QuerySet[Person]:
    """Whoever could be dormant: not here for as long as it takes for anybody."""
    since = now - min(STAFF_AWAY, MEMBER_AWAY)
    return Person.objects.filter(
        Q(last_login=None) | Q(last_login__lte=since),
        Q(last_seen_at=None) | Q(last_seen_at__lte=since),
        is_active=True,
        created_at__lte=since,
    )


def close(person: Person, now: datetime) -> None:
    """Nobody gets in with it any more: sessions, links and tokens ask whether it is active."""
    with staff_scope():
        closed = Person.objects.filter(pk=person.pk, is_active=True)
        if closed.update(is_active=False, closed_for=Closed.DORMANT):
            end_access(person)
            whose = person.organisation_id
            note("tocsin", "dormant person closed", f"person {person.pk}", now, whose)


def end_access(person: Person) -> None:
    """Sessions and unused links go, so that nothing of them works again if the person is let in
    later."""
    with staff_scope():
        SignInSession.objects.filter(person=person).delete()
        SignInLink.objects.filter(person=person, used_at=None).delete()

"""Deliveries leaving: claimed by one worker each, recorded before and after each try.

A worker holds PostgreSQL's session lock of the delivery while it works on it.  The lock goes with
the worker, so a delivery that is `sending` and not locked belongs to one that died in between.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from tocsin.alerts import outcomes
from tocsin.alerts.channels.mail.keys import UnusableKeyError
from tocsin.alerts.channels.mail.message import UnusableAddressError
from tocsin.alerts.channels.mail.parcels import parcel_of
from tocsin.alerts.channels.mail.posts import Outcome, Parcel, Post, Result
from tocsin.alerts.models import Delivery
from tocsin.database.scope import staff_scope

PAGE = 100
LOCK_CLASS = 7102
WAITING = ("queued", "uncertain", "held")

Clock = Callable[[], datetime]


def deliver_due(
    post: Post, clock: Clock, done: Callable[[int], None] = lambda count: None
) -> Counter[str]:
    """Try every delivery whose time has come; how many ended in each state.

    Any number of these may run at once.
    """
    ended: Counter[str] = Counter()
    recover(clock())
    try:
        for number in _due(clock):
            with _claimed(number) as ours:
                state = _deliver(number, post, clock) if ours else None
            if state:
                ended[state] += 1
                done(1)
    finally:
        post.close()
    return ended


def recover(now: datetime) -> int:
    """Find deliveries that a dead worker left between sending and recording; how many."""
    found = 0
    with staff_scope():
        left = list(Delivery.objects.filter(state="sending").values_list("pk", flat=True))
    for number in left:
        with _claimed(number) as ours, staff_scope():
            delivery = Delivery.objects.filter(pk=number, state="sending").first()
            if ours and delivery:
                outcomes.uncertain(delivery, "the sender stopped before it had a reply", now)
                found += 1
    return found


def _due(clock: Clock) -> Iterator[int]:
    """In pages by id, each delivery at most once."""
    last = 0
    while True:
        with staff_scope():
            due = Delivery.objects.filter(
                state__in=WAITING,
                next_attempt_at__lte=clock(),
                organisation__suspended=False,
                channel="mail",
                pk__gt=last,
            )
            page = list(due.order_by("pk").values_list("pk", flat=True)[:PAGE])
        if not page:
            return
        yield from page
        last = page[-1]


@contextmanager
def _claimed(number: int) -> Iterator[bool]:
    """Whether the delivery is ours alone until the block ends, or this process does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, number])
        ours: bool = cursor.fetchone()[0]
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, number])


def _deliver(number: int, post: Post, clock: Clock) -> str | None:
    """One try, if it is still due now that it is ours; the state that it ended in."""
    with staff_scope():
        delivery = _still_due(number, clock)
        if delivery is None:
            return None
        try:
            parcel = parcel_of(delivery, clock())
        except (UnusableKeyError, UnusableAddressError) as error:
            outcomes.held(delivery, str(error), clock())
            return delivery.state
        if post.repeatable:
            outcomes.recorded(delivery, _try(post, parcel), clock())
            return delivery.state
        outcomes.started(delivery, clock())
    result = _try(post, parcel)
    with staff_scope():
        outcomes.recorded(delivery, result, clock())
    return delivery.state


def _still_due(number: int, clock: Clock) -> Delivery | None:
    due = Delivery.objects.filter(pk=number, state__in=WAITING, next_attempt_at__lte=clock())
    return due.select_related("alert", "organisation", "contact").first()


def _try(post: Post, parcel: Parcel) -> Result:
    """The outbox raises where the disk does; nothing has left then."""
    try:
        return post.send(parcel)
    except OSError as error:
        return Result(Outcome.DEFERRED, f"{type(error).__name__}: {error}")

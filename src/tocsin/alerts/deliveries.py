"""Deliveries leaving: claimed by one worker each, recorded before and after each try.

A worker holds PostgreSQL's session lock of the delivery while it works on it.  The lock goes with
the worker, so a delivery that is `sending` and not locked belongs to one that died in between.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from django.db import connection

from tocsin.alerts import outcomes
from tocsin.alerts.channels.mail.keys import UnusableKeyError
from tocsin.alerts.channels.mail.message import UnusableAddressError
from tocsin.alerts.channels.mail.parcels import parcel_of
from tocsin.alerts.channels.mail.posts import Outcome, Parcel, Post, Result
from tocsin.alerts.models import Delivery
from tocsin.database.claims import claimed
from tocsin.database.scope import staff_scope

PAGE = 100
TOGETHER = 20  # so many deliveries in one transaction, where a second try leaves no second copy
LOCK_CLASS = 7102
UNREACHABLE = "unreachable"
DELIVER = "tocsin.alerts.deliver"
WAITING = ("queued", "uncertain", "held")

Clock = Callable[[], datetime]


def deliver_due(
    post: Post, clock: Clock, done: Callable[[int], None] = lambda count: None
) -> Counter[str]:
    """Try every delivery whose time has come; how many ended in each state.

    Any number of these may run at once.  Where our own mail server or disk does not work, the
    rest waits for the next run (`UNREACHABLE` is counted once).
    """
    ended: Counter[str] = Counter()
    recover(clock())
    try:
        for numbers in _parts(_due(clock), TOGETHER if post.repeatable else 1):
            states = (_together if post.repeatable else _alone)(numbers, post, clock)
            ended.update(states)
            done(len(states))
            if UNREACHABLE in states:
                break
    finally:
        post.close()
    return ended


def defer_delivery() -> None:
    """Have the worker deliver what is due, in the same transaction: a rollback takes the job with
    it."""
    from procrastinate.contrib.django import app

    app.configure_task(DELIVER, queue="deliveries").defer()


def recover(now: datetime) -> int:
    """Find deliveries that a dead worker left between sending and recording; how many."""
    found = 0
    with staff_scope():
        left = list(Delivery.objects.filter(state="sending").values_list("pk", flat=True))
    for number in left:
        with claimed(LOCK_CLASS, number) as ours, staff_scope():
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


def _parts(numbers: Iterator[int], size: int) -> Iterator[list[int]]:
    while part := list(islice(numbers, size)):
        yield part


def _together(numbers: list[int], post: Post, clock: Clock) -> list[str]:
    """One try each in one transaction: what a crash undoes leaves again, without a second copy."""
    states: list[str] = []
    with staff_scope():
        for number in numbers:
            delivery = _still_due(number, clock) if _claimed_until_commit(number) else None
            if delivery is None:
                continue
            parcel = _parcel(delivery, clock)
            state = _recorded(delivery, post.send(parcel), clock) if parcel else delivery.state
            states.append(state)
            if state == UNREACHABLE:
                break
        post.flush()
    return states


def _claimed_until_commit(number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, number])
        ours: bool = cursor.fetchone()[0]
    return ours


def _alone(numbers: list[int], post: Post, clock: Clock) -> list[str]:
    """One try, whose beginning is committed before the other side hears of it."""
    (number,) = numbers
    with claimed(LOCK_CLASS, number) as ours:
        state = _deliver(number, post, clock) if ours else None
    return [state] if state else []


def _deliver(number: int, post: Post, clock: Clock) -> str | None:
    """One try, if it is still due now that it is ours; the state that it ended in."""
    with staff_scope():
        delivery = _still_due(number, clock)
        if delivery is None:
            return None
        parcel = _parcel(delivery, clock)
        if parcel is None:
            return delivery.state
        outcomes.started(delivery, clock())
    result = post.send(parcel)
    with staff_scope():
        return _recorded(delivery, result, clock)


def _parcel(delivery: Delivery, clock: Clock) -> Parcel | None:
    """Nothing where the delivery has to be held."""
    try:
        return parcel_of(delivery, clock())
    except (UnusableKeyError, UnusableAddressError) as error:
        outcomes.held(delivery, str(error), clock())
        return None


def _recorded(delivery: Delivery, result: Result, clock: Clock) -> str:
    outcomes.recorded(delivery, result, clock())
    return UNREACHABLE if result.outcome is Outcome.UNREACHABLE else delivery.state


def _still_due(number: int, clock: Clock) -> Delivery | None:
    due = Delivery.objects.filter(pk=number, state__in=WAITING, next_attempt_at__lte=clock())
    return due.select_related("alert__delegation", "organisation", "contact").first()

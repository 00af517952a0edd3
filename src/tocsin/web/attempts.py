"""Counting attempts to get in, and who makes them."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tocsin.access.changes import audited
from tocsin.access.models import Person
from tocsin.access.throttle import attempts
from tocsin.database.scope import staff_scope

SPAN, DAY = timedelta(minutes=15), timedelta(days=1)
LOOPBACK = {"127.0.0.1", "::1"}
TRIES, TRIES_PER_CALLER, TRIES_PER_ADDRESS = 10, 50, 100  # tries: by one caller for one address
CODES, CODES_PER_PERSON, CODES_PER_DAY = 6, 20, 100  # of a second factor: by one caller, by all
SLOW_DOWN = _("Too many attempts. Wait a quarter of an hour, then try again.")


def hasty(request: HttpRequest, what: str, email: str = "") -> bool:
    """Count this attempt; whether there were too many."""
    where = caller(request)
    limits = {f"{what} from {where}": TRIES_PER_CALLER}
    address = email.strip().lower()
    if address:
        limits |= {
            f"{what} for {address}": TRIES_PER_ADDRESS,
            f"{what} for {address} from {where}": TRIES,
        }
    many, first = _counted(limits, SPAN)
    if first:
        with staff_scope():
            found = Person.objects.filter(email__iexact=address).values_list("pk", flat=True)
            _noted(what, found.first())
    return many


def guessing(request: HttpRequest, person: int) -> bool:
    """Count an attempt at somebody's second factor, whose password may be known to the guesser."""
    where = f"code for {person}"
    limits = {f"{where} from {caller(request)}": CODES, where: CODES_PER_PERSON}
    many, first = _counted(limits, SPAN)
    often, first_of_day = _counted({f"{where} in a day": CODES_PER_DAY}, DAY)
    if first or first_of_day:
        _noted("code", person)
    return many or often


def caller(request: HttpRequest) -> str:
    """The address that asks; behind a web server on this machine, the one which that names."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return named if named and peer in LOOPBACK else peer


def _counted(limits: dict[str, int], span: timedelta) -> tuple[bool, bool]:
    """Whether there were too many of any, and whether this is the first that was too many."""
    now = datetime.now(UTC)
    over = [attempts(bucket, span, now) - limit for bucket, limit in limits.items()]
    return max(over) > 0, 1 in over


def _noted(what: str, person: int | None) -> None:
    audited("sign-in-refused", person, "sign-in", datetime.now(UTC), too_many=what)

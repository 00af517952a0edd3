"""When a webhook is tried again, and when no more: pure decisions, no clock and no chance."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

FIRST_WAIT = timedelta(seconds=30)
FACTOR = 3
LONGEST_WAIT = timedelta(hours=12)
JITTER = 0.2  # of the wait, to either side
GIVE_UP_AFTER = timedelta(days=3)  # of an event
DISABLE_AFTER = timedelta(days=5)  # of failures without a success, an endpoint
LONGEST_RETRY_AFTER = timedelta(hours=6)
LONGEST_REST = timedelta(hours=1)
SECRETS_OVERLAP = timedelta(days=1)
KEEP = timedelta(days=30)  # events, so long can they be replayed


class EventType(StrEnum):
    ALERT_SENT = "alert.sent"
    ANSWER_RECORDED = "answer.recorded"
    THREAT_CONFLICT = "threat.conflict"
    DISPUTE_DECIDED = "dispute.decided"
    NOTICE = "notice"
    TEST = "test"


class State(StrEnum):
    """Of a delivery.  `GIVEN_UP`: not tried again by itself; it can be replayed."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


class Verdict(StrEnum):
    """What an answer means."""

    TAKEN = "taken"
    AGAIN = "again"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one attempt brought.  `status` 0: no answer at all, `error` says why."""

    status: int
    error: str = ""
    retry_after: str = ""
    milliseconds: int = 0


def verdict(answer: Answer) -> Verdict:
    """2xx is taken; 410 says that nobody wants it any more; all else is tried again."""
    if 200 <= answer.status < 300:
        return Verdict.TAKEN
    return Verdict.GONE if answer.status == 410 else Verdict.AGAIN


def next_attempt(
    attempts: int, first: datetime, now: datetime, chance: float, asked: timedelta = timedelta()
) -> datetime | None:
    """When to try again after `attempts` failed ones, the first at `first`; None: never.

    `chance` is from 0 to 1; `asked` is how long the endpoint itself wants to be left alone.
    """
    again = now + max(wait(attempts, chance), asked)
    return again if again <= first + GIVE_UP_AFTER else None


def wait(attempts: int, chance: float) -> timedelta:
    """Three times as long after each failure, up to half a day, spread by a fifth."""
    exponent = min(attempts - 1, 20)
    factor: int = FACTOR**exponent
    plain = min(FIRST_WAIT * factor, LONGEST_WAIT)
    return plain * (1 - JITTER + 2 * JITTER * chance)


def asked_to_wait(answer: Answer, now: datetime) -> timedelta:
    """Retry-After of a 429 or 503, in seconds or as a date, bounded; else nothing."""
    if answer.status not in (429, 503):
        return timedelta()
    text = answer.retry_after.strip()
    if text.isascii() and text.isdigit():
        seconds = int(text[:9])
        return min(timedelta(seconds=seconds), LONGEST_RETRY_AFTER)
    return min(max(_date(text, now) - now, timedelta()), LONGEST_RETRY_AFTER)


def _date(text: str, otherwise: datetime) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return otherwise
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def rest(failures: int, asked: timedelta = timedelta()) -> timedelta:
    """How long an endpoint that failed so often in a row is left alone, whatever is queued."""
    factor: int = 2 ** min(failures - 1, 20)
    return max(min(FIRST_WAIT * factor, LONGEST_REST), asked)


def is_dead(failing_since: datetime | None, now: datetime) -> bool:
    return failing_since is not None and now - failing_since >= DISABLE_AFTER

"""When a threat is over: pure decisions from the days that a kind's feed was healthy.

What becomes of a threat that is not seen again depends on nothing but the day of the last report
that it was in, and on the days that were delivered: not on the order in which files arrived.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter

from tocsin.threats.states import CURRENT, State

HEALTHY_SCANS_TO_CLOSE = 2
STREAM_FORGOTTEN_AFTER = timedelta(days=30)
OUT_OF_SIGHT_AFTER = timedelta(days=30)
# An observation so long after the time from which a threat is claimed to be fixed contradicts the
# claim.  A sooner one does not: a repair takes its time to reach every machine and cache, clocks
# and time zones differ, and a daily scan may have looked just before.
GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Delivered:
    """That one stream delivered for one day, and whether it was healthy."""

    stream: str
    day: date
    healthy: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """Threats last in a report before `cutoff` are gone, as confirmed by the scan of `day`."""

    day: date
    cutoff: date


@dataclass(frozen=True, slots=True)
class Ending:
    """Threats last in a report from `first` on and before `until` change to `state` on `day`."""

    first: date
    until: date
    day: date
    state: State


def healthy_days(delivered: Iterable[Delivered]) -> list[date]:
    """Days on which every active stream of the kind was healthy, in order.

    A stream is active from its first delivery until 30 days after its latest so far: where one of
    several parallel deliveries is missing, the day proves nothing.
    """
    latest: dict[str, date] = {}
    found = []
    for day, rows in groupby(sorted(delivered, key=attrgetter("day")), attrgetter("day")):
        healthy = set()
        for one in rows:
            latest[one.stream] = day
            if one.healthy:
                healthy.add(one.stream)
        if all(name in healthy or day - at > STREAM_FORGOTTEN_AFTER for name, at in latest.items()):
            found.append(day)
    return found


def closings(healthy: list[date], unswept: Iterable[date]) -> list[Closing]:
    """For each healthy day not yet taken in: which threats it closes (scan nature)."""
    days = sorted(healthy)
    place = {day: number for number, day in enumerate(days)}
    return [
        Closing(day, days[place[day] + 1 - HEALTHY_SCANS_TO_CLOSE])
        for day in sorted(set(unswept) & set(days))
        if place[day] + 1 >= HEALTHY_SCANS_TO_CLOSE
    ]


def known_and_not_over(
    state: State, first_seen: datetime, state_since: datetime, at: datetime
) -> bool:
    """Whether a threat was there at a time, as `wanted.FILTERS` has it for `at`."""
    return first_seen <= at and (state in CURRENT or state_since >= at)


def expiry(day: date, window_days: int) -> Closing:
    """Threats of event nature not seen within the window before `day` are lost."""
    return Closing(day, day - timedelta(days=window_days))


def out_of_sight(healthy: list[date], feed_until: date) -> Closing | None:
    """A scan kind without a healthy day for 30 days, while its feed goes on: nobody can tell.

    A kind that was delivered only once has no rhythm that it could have lost.
    """
    if len(healthy) < HEALTHY_SCANS_TO_CLOSE or feed_until - healthy[-1] <= OUT_OF_SIGHT_AFTER:
        return None
    return Closing(feed_until, feed_until - OUT_OF_SIGHT_AFTER)


def may_be_out_of_sight(healthy: Sequence[date], until: date) -> bool:
    """Whether there is a gap, up to `until`, in which `out_of_sight` could find anything."""
    days = [*healthy, until]
    return any(after - day > OUT_OF_SIGHT_AFTER for day, after in pairwise(days))


def endings_of_scan(healthy: list[date], feed_days: Iterable[date]) -> list[Ending]:
    """For every day that a threat can have been seen last: when it is gone, or out of sight.

    `feed_days`: days for which the kind's feeds delivered anything, in order.
    """
    found = [(one, State.GONE) for one in closings(healthy, healthy)]
    before = 0
    for day in feed_days:
        while before < len(healthy) and healthy[before] <= day:
            before += 1
        if lost := out_of_sight(healthy[:before], day):
            found.append((lost, State.LOST))
    return _endings(found)


def endings_of_events(healthy: Iterable[date], window_days: int) -> list[Ending]:
    """As `endings_of_scan`: a healthy day tells which threats' window has passed."""
    return _endings((expiry(day, window_days), State.LOST) for day in healthy)


def _endings(found: Iterable[tuple[Closing, State]]) -> list[Ending]:
    """The first closing, by day, decides."""
    endings = []
    first = date.min
    for one, state in sorted(found, key=lambda pair: pair[0].day):
        if one.cutoff > first:
            endings.append(Ending(first, one.cutoff, one.day, state))
            first = one.cutoff
    return endings

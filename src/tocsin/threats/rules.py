"""When a threat is over: pure decisions from the days that a kind's feed was healthy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

HEALTHY_SCANS_TO_CLOSE = 2
STREAM_FORGOTTEN_AFTER = timedelta(days=30)
OUT_OF_SIGHT_AFTER = timedelta(days=30)


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


def healthy_days(delivered: Iterable[Delivered]) -> list[date]:
    """Days on which every active stream of the kind was healthy, in order.

    A stream is active from its first delivery until 30 days after its latest so far: where one of
    several parallel deliveries is missing, the day proves nothing.
    """
    rows = sorted(delivered, key=lambda one: one.day)
    healthy: dict[date, set[str]] = {}
    for one in rows:
        names = healthy.setdefault(one.day, set())
        if one.healthy:
            names.add(one.stream)
    latest: dict[str, date] = {}
    found = []
    for day, names in healthy.items():
        latest.update({one.stream: day for one in rows if one.day == day})
        active = {name for name, at in latest.items() if day - at <= STREAM_FORGOTTEN_AFTER}
        if active <= names:
            found.append(day)
    return found


def closings(healthy: list[date], unswept: Iterable[date]) -> list[Closing]:
    """For each healthy day not yet taken in: which threats it closes (scan nature)."""
    days = sorted(healthy)
    found = []
    for day in sorted(set(unswept) & set(days)):
        position = days.index(day)
        if position + 1 >= HEALTHY_SCANS_TO_CLOSE:
            found.append(Closing(day, days[position + 1 - HEALTHY_SCANS_TO_CLOSE]))
    return found


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

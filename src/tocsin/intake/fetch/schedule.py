"""When a source is due: `every 15 minutes`, or five cron fields in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tocsin.errors import TocsinError

_EVERY = re.compile(r"every (\d+) (minute|hour|day)s?")
_UNIT = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_LOOK_BACK = timedelta(days=400)


class ScheduleError(TocsinError):
    """A schedule that cannot be read."""


@dataclass(frozen=True)
class Schedule:
    """Either `every`, or the five sets of cron (weekdays: 0 and 7 are Sunday)."""

    every: timedelta | None = None
    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    either_day: bool = False

    def due(self, last: datetime | None, now: datetime) -> bool:
        """Whether a run was called for since `last`; a source never run is due at once."""
        if last is None or now - last > _LOOK_BACK:
            return True
        if self.every is not None:
            return now - last >= self.every
        return any(last < moment <= now for moment in self._moments(last.date(), now.date()))

    def _moments(self, first: date, until: date) -> list[datetime]:
        span = (until - first).days + 1
        dates = [first + timedelta(days=n) for n in range(span)]
        return [
            datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
            for day in dates
            if self._on(day)
            for hour in self.hours
            for minute in self.minutes
        ]

    def _on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        # As in cron: where both kinds of day are limited, either is enough.
        return (in_month or in_week) if self.either_day else (in_month and in_week)


def parse(text: str) -> Schedule:
    """Reads `every N minutes|hours|days` or `MINUTE HOUR DAY MONTH WEEKDAY`."""
    plain = " ".join(text.lower().split())
    if found := _EVERY.fullmatch(plain):
        every = int(found[1]) * _UNIT[found[2]]
        if not every:
            raise _unreadable(text)
        return Schedule(every=every)
    parts = plain.split(" ")
    if len(parts) != len(_FIELDS):
        raise _unreadable(text)
    sets = [
        _numbers(part, low, high, text) for part, (_, low, high) in zip(parts, _FIELDS, strict=True)
    ]
    weekdays = frozenset(day % 7 for day in sets[4])
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    return Schedule(None, sets[0], sets[1], sets[2], sets[3], weekdays, either)


def _numbers(part: str, low: int, high: int, text: str) -> frozenset[int]:
    chosen: set[int] = set()
    for piece in part.split(","):
        found = re.fullmatch(r"(\*|\d+)(?:-(\d+))?(?:/(\d+))?", piece)
        if not found or (found[1] == "*" and found[2]):
            raise _unreadable(text)
        start = low if found[1] == "*" else int(found[1])
        open_ended = found[1] == "*" or (found[3] and not found[2])
        end = high if open_ended else int(found[2] or start)
        step = int(found[3] or 1)
        if not (low <= start <= end <= high and step):
            raise _unreadable(text)
        chosen.update(range(start, end + 1, step))
    return frozenset(chosen)


def _unreadable(text: str) -> ScheduleError:
    return ScheduleError(
        f"the schedule “{text}” cannot be read",
        "write “every 15 minutes”, or five cron fields in UTC such as “30 6 * * 1-5”",
    )

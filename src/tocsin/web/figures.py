"""The numbers on the status pages.  All run inside the reader's scope, so the same queries give
the authority everything and an organisation its own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from tocsin.threats.states import CURRENT, State

SQL = Path(__file__).parent / "sql"
DAYS = 30


@dataclass
class Tally:
    """Threats by state."""

    states: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def current(self) -> int:
        return sum(self.states[state] for state in CURRENT)

    @property
    def reopened(self) -> int:
        return self.states[State.REOPENED]

    @property
    def gone(self) -> int:
        return self.states[State.GONE]

    @property
    def lost(self) -> int:
        return self.states[State.LOST]


@dataclass
class Tallies:
    """Threats by state: in all, by organisation's id (None: nobody's), by kind's name."""

    whole: Tally = field(default_factory=Tally)
    organisations: defaultdict[int | None, Tally] = field(
        default_factory=lambda: defaultdict(Tally)
    )
    kinds: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))


@dataclass
class Days:
    """What changed on each day; lists as long as `dates`."""

    dates: list[date]
    observations: list[int]
    new: list[int]
    reopened: list[int]
    gone: list[int]

    def open_at_end(self, now: int) -> list[int]:
        """How many threats were current at the end of each day, given how many are now."""
        ends, left = [], now
        changes = zip(self.new, self.reopened, self.gone, strict=True)
        for new, reopened, gone in reversed(list(changes)):
            ends.append(left)
            left = max(0, left - new - reopened + gone)
        return ends[::-1]


def tallies(organisation: int | None = None) -> Tallies:
    """One pass over the threats, of all or of one organisation."""
    found = Tallies()
    rows = _rows("tallies", organisation=organisation)
    for grouping, number, kind, state, count in rows:
        if grouping == 3:
            found.whole.states[state] = count
        elif grouping == 1:
            found.organisations[number].states[state] = count
        else:
            found.kinds[kind].states[state] = count
    return found


def last_day(today: date) -> date:
    """The latest day for which anything was counted; today if nothing was."""
    ((day,),) = _rows("last_day", today=today)
    return day or today


def by_day(last: date, organisation: int | None = None) -> Days:
    """What changed on each of the last `DAYS` days that have counts, up to `last`."""
    return _days(_rows("by_day", **_span(last), organisation=organisation), last)


def by_kind(last: date, organisation: int | None = None) -> dict[str, Days]:
    """The same for each kind, by name."""
    return _grouped(_rows("by_kind", **_span(last), organisation=organisation), last)


def by_organisation(last: date, numbers: Sequence[int]) -> dict[int, Days]:
    """The same for each of these organisations."""
    return _grouped(_rows("by_organisation", **_span(last), numbers=list(numbers)), last)


def _span(last: date) -> dict[str, date]:
    return {"first": last - timedelta(days=DAYS - 1), "last": last}


def _grouped(rows: list[tuple[Any, ...]], last: date) -> dict[Any, Days]:
    groups = defaultdict(list)
    first = min((row[1] for row in rows), default=last)
    for key, *row in rows:
        groups[key].append(tuple(row))
    return {key: _days(group, last, first) for key, group in groups.items()}


def _days(rows: list[tuple[Any, ...]], last: date, first: date | None = None) -> Days:
    """Rows of (day, observations, new, reopened, gone), a day without one filled with noughts."""
    first = first or min((row[0] for row in rows), default=last)
    dates = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    known = {row[0]: [int(value) for value in row[1:]] for row in rows}
    values = [known.get(day, [0, 0, 0, 0]) for day in dates]
    observations, new, reopened, gone = (list(each) for each in zip(*values, strict=True))
    return Days(dates, observations, new, reopened, gone)


def _rows(name: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text("utf-8"), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

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

    @property
    def dismissed(self) -> int:
        return self.states[State.DISMISSED]

    @property
    def has_silent(self) -> bool:
        """Whether any threat ended without being counted on a day."""
        return self.lost + self.dismissed > 0


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
    lost: list[int]
    dismissed: list[int] = field(default_factory=list)

    def open_at_end(self, now: int) -> list[int]:
        """How many threats were current at the end of each day, given how many are now."""
        ends, left = [], now
        dismissed = self.dismissed or [0] * len(self.dates)
        changes = zip(self.new, self.reopened, self.gone, self.lost, dismissed, strict=True)
        for new, reopened, *ended in reversed(list(changes)):
            ends.append(left)
            left = max(0, left - new - reopened + sum(ended))
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


def by_day(last: date, lost: bool, organisation: int | None = None) -> Days:
    """What changed on each of the last `DAYS` days that have counts, up to `last`.

    `lost`: whether any threat is, or is dismissed, which costs a look at all of them.
    """
    days = _changes("''::text", last, lost, _just(organisation))
    return days.get("") or _days([], last, last)


def by_kind(last: date, lost: bool, organisation: int | None = None) -> dict[str, Days]:
    """The same for each kind, by name."""
    return _changes("k.name", last, lost, _just(organisation))


def by_organisation(last: date, lost: bool, numbers: Sequence[int]) -> dict[int, Days]:
    """The same for each of these organisations."""
    return _changes("organisation_id", last, lost, list(numbers))


def _just(organisation: int | None) -> list[int] | None:
    return None if organisation is None else [organisation]


def _changes(key: str, last: date, lost: bool, organisations: list[int] | None) -> dict[Any, Days]:
    first = last - timedelta(days=DAYS - 1)
    rows = _rows(
        "changes", {"key": key}, first=first, last=last, lost=lost, organisations=organisations
    )
    groups = defaultdict(list)
    for whose, *row in rows:
        groups[whose].append(row)
    begin = min((row[1] for row in rows), default=last)
    return {whose: _days(group, begin, last) for whose, group in groups.items()}


def _days(rows: Sequence[Sequence[Any]], first: date, last: date) -> Days:
    """Rows of a day and `Days`' other columns; noughts for a day without one."""
    dates = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    known = {row[0]: [int(value) for value in row[1:]] for row in rows}
    values = [known.get(day, [0] * 6) for day in dates]
    return Days(dates, *(list(each) for each in zip(*values, strict=True)))


def _rows(name: str, parts: dict[str, str] | None = None, **values: Any) -> list[tuple[Any, ...]]:
    """What a query of this folder finds; `parts` are SQL of ours, put in for their names."""
    text = (SQL / f"{name}.sql").read_text("utf-8").format(**(parts or {}))
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

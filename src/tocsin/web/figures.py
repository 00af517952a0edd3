"""The numbers on the status pages.  All run inside the reader's scope, so the same queries give
the authority everything and an organisation its own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from tocsin.threats.states import CURRENT, State
from tocsin.web.kept import days_kept, ended_kept, kept_rows, kept_tallies, kind_names

SQL = Path(__file__).parent / "sql"
DAYS = 30
KEYS = {"all": "''::text", "kind": "k.name", "organisation": "organisation_id"}


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
    """As they were counted last, or, before the first count, in one pass over the threats.

    Of all, with nobody's and the few organisations that have most current threats; or of one.
    """
    rows = kept_tallies(organisation)
    if not rows:
        return counted_now(organisation)
    found, names = Tallies(), kind_names()
    for row in rows:
        if not row.whole:
            _fill(found.organisations[row.organisation_id], row.states)
    _fill(found.whole, rows[0].states)
    for number, states in rows[0].kinds.items():
        _fill(found.kinds[names[int(number)]], states)
    return found


def tallies_of(organisations: Sequence[int]) -> dict[int, Tally]:
    """Of each of these, as they were counted last."""
    if not organisations:
        return {}
    if rows := kept_rows(list(organisations)):
        return {row.organisation_id or 0: _fill(Tally(), row.states) for row in rows}
    counted = counted_now(None).organisations
    return {number: counted[number] for number in organisations}


def _fill(tally: Tally, states: Mapping[str, int]) -> Tally:
    for state, number in states.items():
        tally.states[int(state)] = int(number)
    return tally


def counted_now(organisation: int | None = None) -> Tallies:
    """In one pass over the threats, of all or of one organisation; at once, but not quick."""
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
    days = _changes("all", last, lost, _just(organisation))
    return days.get("") or _days([], last, last)


def added(kinds: Mapping[str, Days], last: date) -> Days:
    """What `by_kind` found, of all kinds together."""
    found = list(kinds.values())
    if not found:
        return _days([], last, last)
    columns = [
        [sum(each) for each in zip(*(getattr(one, name) for one in found), strict=True)]
        for name in ("observations", "new", "reopened", "gone", "lost", "dismissed")
    ]
    return Days(found[0].dates, *columns)


def by_kind(last: date, lost: bool, organisation: int | None = None) -> dict[str, Days]:
    """The same for each kind, by name."""
    return _changes("kind", last, lost, _just(organisation))


def by_organisation(last: date, lost: bool, numbers: Sequence[int]) -> dict[int, Days]:
    """The same for each of these organisations."""
    return _changes("organisation", last, lost, list(numbers))


def _just(organisation: int | None) -> list[int] | None:
    return None if organisation is None else [organisation]


def _changes(key: str, last: date, lost: bool, organisations: list[int] | None) -> dict[Any, Days]:
    first = last - timedelta(days=DAYS - 1)
    kept = kept_rows(organisations)
    if kept and kept[0].whole:
        rows = [*days_kept(key, kept[0], first, last), *ended_kept(key, kept, first, last)]
    else:
        rows = _rows(
            "changes", {"key": KEYS[key]}, first=first, last=last, lost=lost and not kept,
            organisations=organisations,
        )  # fmt: skip
        rows += ended_kept(key, kept, first, last)
    groups = defaultdict(list)
    for whose, *row in rows:
        groups[whose].append(row)
    begin = min((row[1] for row in rows), default=last)
    return {whose: _days(group, begin, last) for whose, group in groups.items()}


def _days(rows: Sequence[Sequence[Any]], first: date, last: date) -> Days:
    """Rows of a day and `Days`' other columns, added up; noughts for a day without one."""
    dates = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    known: dict[date, list[int]] = {}
    for day, *values in rows:
        before = known.get(day, [0] * 6)
        known[day] = [old + int(value) for old, value in zip(before, values, strict=True)]
    columns = [known.get(day, [0] * 6) for day in dates]
    return Days(dates, *(list(each) for each in zip(*columns, strict=True)))


def _rows(name: str, parts: dict[str, str] | None = None, **values: Any) -> list[tuple[Any, ...]]:
    """What a query of this folder finds; `parts` are SQL of ours, put in for their names."""
    text = (SQL / f"{name}.sql").read_text("utf-8").format(**(parts or {}))
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

"""Figures out of what a job has counted (`threats.standing`), as `figures` puts them together.

All run inside the reader's scope: staff see every row, an organisation its own.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from tocsin.threats.models import Standing, ThreatKind

MOST = 12


def kept_tallies(organisation: int | None) -> list[Standing]:
    """The row of what is asked about, then nobody's and those with most current threats; nothing
    before the first count."""
    rows = Standing.objects.defer("days", "ended")
    if organisation is not None:
        return list(rows.filter(organisation=organisation))
    named = rows.filter(organisation__isnull=False).order_by("-current", "organisation")
    found = rows.filter(organisation=None).union(named[:MOST], all=True)
    return sorted(found, key=lambda row: (not row.whole, row.organisation_id is not None))


def kept_rows(organisations: list[int] | None) -> list[Standing]:
    """Of these organisations; for None of all together, or of the reader's own."""
    if organisations is not None:
        return list(Standing.objects.filter(organisation__in=organisations))
    return list(Standing.objects.order_by("-whole", "pk")[:1])


def kind_names() -> dict[int, str]:
    return dict(ThreatKind.objects.values_list("pk", "name"))


def days_kept(key: str, whole: Standing, first: date, last: date) -> list[tuple[Any, ...]]:
    """Rows of whose, day, observations, new, reopened, gone, lost (0), dismissed (0)."""
    names = kind_names()
    return [
        (names[int(number)] if key == "kind" else "", day, *values, 0, 0)
        for number, days in whole.days.items()
        for day, values in _between(days, first, last)
    ]


def ended_kept(
    key: str, rows: Sequence[Standing], first: date, last: date
) -> list[tuple[Any, ...]]:
    """The same of what was lost or dismissed."""
    names = kind_names() if key == "kind" and rows else {}
    return [
        (_whose(key, row, names, number), day, 0, 0, 0, 0, *values)
        for row in rows
        for number, days in row.ended.items()
        for day, values in _between(days, first, last)
    ]


def _whose(key: str, row: Standing, names: dict[int, str], number: str) -> Any:
    return {"all": "", "kind": names.get(int(number), ""), "organisation": row.organisation_id}[key]


def _between(
    days: dict[str, list[int]], first: date, last: date
) -> Iterator[tuple[date, list[int]]]:
    for text, values in days.items():
        if first <= (day := date.fromisoformat(text)) <= last:
            yield day, values

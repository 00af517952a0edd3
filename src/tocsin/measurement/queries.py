"""Statistics as they may be shown."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tocsin.measurement.disclosure import ORGANISATIONS, Cell, disclosed
from tocsin.measurement.models import MonthlyCount
from tocsin.measurement.rules import MONTHS, Measure, Topic, months_up_to


@dataclass(frozen=True)
class Statistic:
    """`rows`: a value with its figure for each month and in all; `totals` likewise of all values.
    None: left out."""

    months: list[date]
    rows: list[tuple[str, list[int | None]]]
    totals: list[int | None]


def statistic(topic: Topic, measure: Measure, today: date) -> Statistic:
    """The values with most first, in the staff's scope."""
    months = months_up_to(today, MONTHS)
    known: defaultdict[str, dict[date, Cell]] = defaultdict(dict)
    wanted = MonthlyCount.objects.filter(topic=topic, measure=measure, month__gte=months[0])
    for one in wanted:
        nobodys = one.organisations == 0  # then there is nobody to be found
        behind = ORGANISATIONS if nobodys else one.organisations
        known[one.value][one.month] = Cell(one.count, behind)
    values = sorted(known, key=lambda value: (-sum(c.count for c in known[value].values()), value))
    cells = [[known[value].get(month, Cell()) for month in months] for value in values]
    table = disclosed(cells)
    return Statistic(months, list(zip(values, table.rows, strict=True)), table.totals)

from datetime import date, timedelta

import pytest

from tocsin.web.figures import Days, Tally
from tocsin.web.overview import course, kind_rows


def _days(new: list[int], gone: list[int] | None = None) -> Days:
    dates = [date(2026, 9, 1) + timedelta(days=at) for at in range(len(new))]
    zeros = [0] * len(new)
    return Days(dates, zeros, new, zeros, gone or zeros, zeros)


def test_the_stock_of_the_first_day_does_not_dwarf_the_changes() -> None:
    found = course(_days([20_000, 500, 400]), 20_900)
    assert found.stock == 20_000
    assert [bar.title for bar in found.changes.bars] == [
        "2 September: 500 new",
        "3 September: 400 new",
    ]
    assert len(found.open.bars) == 3
    assert [row[0].day for row in found.table] == [3, 2, 1]  # the table has it all


@pytest.mark.parametrize("new", [[500], [20_000, 500], [600, 500, 400], [0, 0, 0]])
def test_without_a_stock_every_day_is_drawn(new: list[int]) -> None:
    found = course(_days(new), sum(new))
    assert found.stock is None
    assert len(found.changes.bars) == sum(each > 0 for each in new)


def test_kinds_come_with_most_current_threats_first() -> None:
    tallies = {name: Tally() for name in ("scan_dns", "scan_rdp", "never-heard-of")}
    tallies["scan_dns"].states[1] = 1
    tallies["scan_rdp"].states[1] = 4
    rows = kind_rows(tallies, {"scan_rdp": _days([1, 3])})
    assert [(row.key, row.tally.current, row.share) for row in rows] == [
        ("scan_rdp", 4, 100),
        ("scan_dns", 1, 25),
        ("never-heard-of", 0, 0),
    ]
    assert rows[0].new == 3
    assert rows[0].line is not None
    assert rows[1].line is None

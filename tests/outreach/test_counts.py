"""A region's sums by day."""

from datetime import timedelta

from django.db.models import Sum

from tests.outreach.world import NOW, TODAY, Outreach, ago, counted
from tocsin.outreach.counts import count_regions
from tocsin.outreach.models import RegionCount
from tocsin.threats.models import DailyCount


def sums() -> dict[tuple[str, int], int]:
    rows = RegionCount.objects.values_list("region_id", "day", "threats")
    return {(region, (TODAY - day).days): threats for region, day, threats in rows}


def test_each_day_of_a_region_is_the_sum_of_its_organisations(outreach: Outreach) -> None:
    counted(outreach.near, range(2), 3)
    counted(outreach.beside, range(1, 3), 5)
    counted(outreach.far, range(1, 2), 70)
    count_regions(NOW)
    assert sums() == {
        ("scotland", 0): 3, ("scotland", 1): 8, ("scotland", 2): 5, ("london", 1): 70
    }  # fmt: skip


def test_what_comes_late_is_added_up_anew(outreach: Outreach) -> None:
    counted(outreach.near, range(30), 3)
    count_regions(NOW)
    DailyCount.objects.filter(day=ago(5)).update(threats=9)
    DailyCount.objects.filter(day=ago(2)).delete()
    count_regions(NOW)
    count_regions(NOW)
    found = sums()
    assert (found["scotland", 5], ("scotland", 2) in found) == (9, False)
    assert RegionCount.objects.aggregate(n=Sum("threats"))["n"] == 28 * 3 + 9


def test_a_job_that_was_away_fills_the_gap(outreach: Outreach) -> None:
    counted(outreach.near, range(20, 60), 1)
    count_regions(NOW - timedelta(days=40))
    assert min(days for _, days in sums()) == 40
    count_regions(NOW)
    assert min(days for _, days in sums()) == 20

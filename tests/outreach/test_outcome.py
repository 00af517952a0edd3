"""What was observed before and after an engagement."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.outreach.world import NOW, TODAY, Outreach, ago, counted, healthy, person
from tests.threats.files import FOREVER, asset_map, day, report
from tocsin.access.models import Role
from tocsin.outreach.counts import count_regions
from tocsin.outreach.engagements import Agreed, Plan, engage
from tocsin.outreach.models import Engagement
from tocsin.outreach.outcome import Change, outcome
from tocsin.threats.ingest import ingest

MEETING = 28  # the day of the pipeline's story on which they met


def morning_after(when: date) -> datetime:
    return datetime.combine(when + timedelta(days=1), time(8), UTC)


def addresses(network: str, count: int) -> list[str]:
    return [f"{network}.{host}" for host in range(1, count + 1)]


@pytest.fixture
def months(outreach: Outreach, home: Path, monkeypatch: pytest.MonkeyPatch) -> Outreach:
    """Two months of daily reports: who was met repairs most of it, the others go on as before."""
    networks = asset_map(
        (outreach.near.pk, "192.0.2.0/24", FOREVER),
        (outreach.beside.pk, "198.51.100.0/24", FOREVER),
        (outreach.far.pk, "203.0.113.0/24", FOREVER),
    )
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: networks)
    for number in range(2 * MEETING + 1):
        near = 8 if number <= MEETING else 2
        found = [
            *addresses("192.0.2", near), *addresses("198.51.100", 5), *addresses("203.0.113", 40)
        ]  # fmt: skip
        ingest([report(home, number, found)], morning_after(day(number)))
    return outreach


def test_a_month_later_the_outcome_is_shown_from_observations_alone(months: Outreach) -> None:
    officer = person(Role.ANALYST, "analyst@people.example")
    met = day(MEETING)
    agreed = Plan("visit", met, actions=(Agreed("Close the port to the internet", "scan_rdp"),))
    made = engage(months.near.pk, agreed, morning_after(met), officer)
    later = day(2 * MEETING)
    count_regions(morning_after(later))

    found = outcome(Engagement.objects.get(pk=made.pk), later)
    expected = Change("scan_rdp", 8.0, 2.0, 5.0, 5.0)
    assert found.kinds == (expected,)
    assert found.total is not None
    assert (found.total.percent, found.total.others_percent) == (-75, 0)
    assert found.of("scan_rdp") == expected
    assert (found.first, found.last) == (day(0), later)

    soon = outcome(made, met)
    assert (soon.total, soon.unknown) == (None, ("scan_rdp",))


def visited(outreach: Outreach, days: int) -> Engagement:
    return Engagement.objects.create(
        organisation=outreach.near, way="call", day=ago(days), made_at=NOW
    )


def test_days_without_a_healthy_report_are_left_out(outreach: Outreach) -> None:
    counted(outreach.near, range(11, 21), 10)
    counted(outreach.near, range(10), 6)
    healthy(range(5))
    healthy(range(5, 10), state="short")
    healthy(range(11, 21))
    found = outcome(visited(outreach, 10), TODAY).total
    assert found is not None
    assert (found.before, found.after, found.percent) == (10.0, 6.0, -40)


def test_the_day_itself_and_what_is_further_away_do_not_count(outreach: Outreach) -> None:
    for days, threats in ((range(40, 60), 500), (range(31, 40), 10), (range(30, 31), 900)):
        counted(outreach.near, days, threats)
    counted(outreach.near, range(2, 30), 10)
    counted(outreach.near, range(2), 700)
    healthy(range(70))
    found = outcome(visited(outreach, 30), TODAY)
    assert found.total is not None
    assert found.total.after == 10.0
    assert found.total.before == pytest.approx((19 * 500 + 9 * 10) / 28)


def test_a_kind_that_nobody_looked_for_afterwards_is_not_called_gone(outreach: Outreach) -> None:
    counted(outreach.near, range(11, 21), 10, name="scan_vnc")
    healthy(range(11, 21), name="scan_vnc")
    healthy(range(21))
    found = outcome(visited(outreach, 10), TODAY)
    assert (found.kinds, found.unknown) == ((), ("scan_vnc",))


def test_where_there_was_nothing_before_there_is_no_share() -> None:
    assert Change("", 0, 4, 2, 3).percent is None
    assert Change("", 0, 4, 2, 3).others_percent == 50

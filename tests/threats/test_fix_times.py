"""How long threats stood, by organisation and month, and when they stand beside their peers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django import app

from tests.alerts.country import organisation, threat
from tocsin import jobs as every_job
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.threats import jobs
from tocsin.threats.fix_times import FEWEST_PEERS, Month, Spread, compared, months, refresh
from tocsin.threats.models import FixTime, PeerFixTime, Threat
from tocsin.threats.states import State

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 20, 4, 31, tzinfo=UTC)
TODAY = NOW.date()
names = iter(range(1, 10_000))


def fixed(whose: Organisation, days: int, gone: date = TODAY, **changes: Any) -> None:
    """A threat that stood for so many days until it was observed gone."""
    midnight = datetime(gone.year, gone.month, gone.day, tzinfo=UTC) + timedelta(days=1)
    opened = midnight - timedelta(days=days, hours=1)
    with staff_scope():
        threat(
            whose, next(names),
            **{"state": State.GONE, "opened_at": opened, "state_since": midnight, **changes},
        )  # fmt: skip


def made(number: int = 1, kind: str = "isp") -> list[Organisation]:
    with staff_scope():
        return [organisation(f"O{next(names)}", kind=kind) for _ in range(number)]


def this_month(whose: Organisation) -> Month:
    with organisation_scope(whose.pk):
        return compared(whose, TODAY)[-1]


def test_days_from_the_beginning_of_the_spell_to_the_day_it_was_observed_gone() -> None:
    (ours,) = made()
    for days in (0, 2, 4, 6, 8):
        fixed(ours, days)
    assert refresh(NOW) == 1
    assert this_month(ours) == Month(date(2026, 3, 1), Spread(5, 2, 4, 6), None)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "event4_sinkhole"},
        {"state": State.OPEN},
        {"state": State.LOST},
        {"state": State.DISMISSED},
        {"organisation_id": None},
    ],
)
def test_what_nobody_looked_for_and_found_gone_does_not_count(changes: dict[str, Any]) -> None:
    (ours,) = made()
    fixed(ours, 3, **changes)
    assert refresh(NOW) == 0


def test_a_month_is_the_one_of_the_last_scan_that_did_not_find_it() -> None:
    (ours,) = made()
    fixed(ours, 3, date(2026, 2, 28))
    fixed(ours, 5, date(2026, 3, 1))
    refresh(NOW)
    with organisation_scope(ours.pk):
        *_, february, march = compared(ours, TODAY)
    assert (february.own, march.own) == (Spread(1, 3, 3, 3), Spread(1, 5, 5, 5))


def test_the_present_is_written_anew_and_the_past_stays() -> None:
    (ours,) = made()
    for gone in (date(2025, 12, 5), date(2026, 3, 5)):
        fixed(ours, 3, gone)
    assert refresh(NOW) == 2
    with staff_scope():
        before = list(FixTime.objects.order_by("pk").values_list("month", "threats", "middle"))
        assert refresh(NOW) == 1
        assert list(FixTime.objects.order_by("pk").values_list("month", "threats", "middle")) == (
            before
        )
        Threat.objects.update(state=State.REOPENED)
        assert refresh(NOW) == 0
        assert [one.month for one in FixTime.objects.all()] == [date(2025, 12, 1)]


def test_nothing_is_left_out_where_the_worker_stood_still() -> None:
    (ours,) = made()
    fixed(ours, 3, date(2025, 11, 5))
    refresh(datetime(2025, 11, 6, tzinfo=UTC))
    fixed(ours, 4, date(2025, 12, 24))
    refresh(NOW)
    with organisation_scope(ours.pk):
        shown = {one.first.month for one in compared(ours, TODAY) if one.own}
    assert shown == {11, 12}


def with_peers(number: int, kind: str = "isp", own: int = 5, threats: int = 5) -> Organisation:
    ours, *others = made(number + 1, kind)
    for _ in range(own):
        fixed(ours, 30)
    for at, other in enumerate(others):
        for _ in range(threats):
            fixed(other, at)
    refresh(NOW)
    return ours


def test_beside_ten_peers_of_the_same_kind() -> None:
    ours = with_peers(FEWEST_PEERS)
    made_of = this_month(ours)
    assert made_of.own == Spread(5, 30, 30, 30)
    assert made_of.peers == Spread(10, 2, 5, 8)


@pytest.mark.parametrize(
    ("peers", "kind", "own", "threats"),
    [
        (FEWEST_PEERS - 1, "isp", 5, 5),  # with us they would be ten
        (FEWEST_PEERS, "isp", 5, 4),  # too few threats for a median
        (FEWEST_PEERS + 5, "other", 5, 5),  # of no kind
    ],
)
def test_else_there_is_no_comparison(peers: int, kind: str, own: int, threats: int) -> None:
    assert this_month(with_peers(peers, kind, own, threats)).peers is None


def test_another_kind_is_no_peer() -> None:
    ours = with_peers(FEWEST_PEERS - 1)
    (bank,) = made(1, "bank")
    for _ in range(5):
        fixed(bank, 9)
    refresh(NOW)
    assert this_month(ours).peers is None


def test_who_has_too_few_of_its_own_is_not_among_the_peers() -> None:
    ours = with_peers(FEWEST_PEERS, own=4)
    found = this_month(ours)
    assert (found.own.count if found.own else 0, found.peers.count if found.peers else 0) == (4, 10)


def test_the_peers_table_is_closed_to_organisations() -> None:
    ours = with_peers(FEWEST_PEERS)
    with organisation_scope(ours.pk):
        assert not PeerFixTime.objects.exists()
        assert FixTime.objects.count() == 1


def test_twelve_months_also_at_a_years_turn() -> None:
    found = months(date(2026, 2, 28))
    assert (found[0], found[-2], found[-1], len(found)) == (
        date(2025, 3, 1), date(2026, 1, 1), date(2026, 2, 1), 12,
    )  # fmt: skip


def test_the_job_runs_every_day() -> None:
    assert every_job.threats_jobs is jobs
    schedules = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}
    assert schedules["tocsin.threats.fix_times"] == "31 4 * * *"

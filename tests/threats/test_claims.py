"""What observations say to claims, in whatever order the files come."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.threats.files import NOW, day, report, take, threat
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.constituency.models import Organisation
from tocsin.threats.models import DailyCount, Threat, ThreatChange
from tocsin.threats.states import Notice, State

STAYING, COMING = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def folder(installation: Path, tmp_path: Path) -> Iterator[Path]:
    for number in (1, 2):
        Organisation.objects.create(pk=number, name=f"Number {number}", created_at=NOW)
    made = tmp_path / "reports"
    made.mkdir()
    return made  # type: ignore[return-value]


def noon(number: int) -> datetime:
    return datetime.combine(day(number), time(12), UTC)


def fixed(address: str, number: int) -> None:
    Threat.objects.update(notice=Notice.NONE, alerted_at=NOW - timedelta(days=30))
    given = [Given(threat(address).key, Statement.FIXED)]
    assert answer(1, given, Who("desk"), Via.API, noon(number)).taken == 1


def test_seen_within_a_day_the_claim_stands(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 1, [STAYING, COMING]))
    one = threat(COMING)
    assert (one.state, one.claimed_at, one.notice) == (State.CLAIMED, noon(0), Notice.NONE)
    assert one.times_seen == 2


def test_seen_later_it_is_a_conflict_told_once(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 2, [STAYING, COMING]))
    one = threat(COMING)
    assert (one.state, one.notice, one.state_since) == (
        State.CONFLICT, Notice.CONFLICT, one.last_seen,
    )  # fmt: skip
    change = ThreatChange.objects.get(key=one.key, to_state=State.CONFLICT)
    assert (change.from_state, change.at, change.recorded_at) == (
        State.CLAIMED, one.last_seen, NOW,
    )  # fmt: skip
    Threat.objects.update(notice=Notice.NONE)
    take(report(folder, 3, [STAYING, COMING]))
    assert (threat(COMING).state, threat(COMING).notice) == (State.CONFLICT, Notice.NONE)
    assert threat(STAYING).state == State.OPEN


def test_a_conflict_can_be_gone(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 2, [COMING]), report(folder, 3, [STAYING]), report(folder, 4, [STAYING]))
    assert (threat(COMING).state, threat(COMING).notice) == (State.GONE, Notice.NONE)


def test_a_late_file_contradicts_what_had_seemed_gone(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 3, [STAYING]), report(folder, 4, [STAYING]))
    assert threat(COMING).state == State.GONE
    take(report(folder, 2, [STAYING, COMING], stream="late-geo"))
    one = threat(COMING)
    assert (one.state, one.notice) == (State.CONFLICT, Notice.CONFLICT)
    assert one.state_since == one.last_seen


def test_a_closing_taken_back_leaves_the_claim_and_its_time(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 2, [STAYING]), report(folder, 3, [STAYING]))
    assert threat(COMING).state == State.GONE
    take(report(folder, 1, [STAYING, COMING], stream="late-geo"))
    one = threat(COMING)
    assert (one.state, one.claimed_at, one.state_since) == (State.CLAIMED, noon(0), noon(0))


def test_claimed_while_it_seemed_gone_it_is_claimed_after_all(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    take(report(folder, 2, [STAYING]), report(folder, 3, [STAYING]))
    fixed(COMING, 4)
    assert threat(COMING).state == State.GONE
    take(report(folder, 1, [STAYING, COMING], stream="late-geo"))
    one = threat(COMING)
    assert (one.state, one.claimed_at, one.notice) == (State.CLAIMED, noon(4), Notice.NONE)


def test_an_untold_conflict_is_untold_again_when_its_closing_is_taken_back(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 2, [STAYING, COMING]))
    seen = threat(COMING).last_seen
    take(report(folder, 4, [STAYING]), report(folder, 5, [STAYING]))
    assert threat(COMING).state == State.GONE
    take(report(folder, 3, [STAYING, COMING], stream="late-geo"))
    one = threat(COMING)
    assert (one.state, one.notice, one.state_since) == (State.CONFLICT, Notice.CONFLICT, seen)


def test_reopened_is_a_new_spell_without_a_claim(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(*(report(folder, number, [STAYING]) for number in (1, 2)))
    take(report(folder, 5, [STAYING, COMING]), report(folder, 6, [STAYING, COMING]))
    assert (threat(COMING).state, threat(COMING).notice) == (State.REOPENED, Notice.REOPENED)


def test_in_sight_again_after_a_claim_is_a_conflict(folder: Path) -> None:
    """Nobody looked for a month: the claim was neither confirmed nor refuted until now."""
    take(report(folder, 0, [STAYING, COMING]), report(folder, 1, [STAYING, COMING]))
    fixed(COMING, 1)
    take(*(report(folder, number, [STAYING], "event4_sinkhole") for number in (0, 32)))
    take(report(folder, 33, ["nonsense"] * 30))
    assert threat_of_scan(COMING).state == State.LOST
    take(report(folder, 34, [STAYING, COMING]))
    assert threat_of_scan(COMING).state == State.CONFLICT
    assert threat_of_scan(STAYING).state == State.OPEN


def threat_of_scan(address: str) -> Threat:
    return Threat.objects.get(address=address, kind__name="scan_rdp")


@pytest.mark.parametrize("contradicted", [False, True])
def test_a_claim_does_not_bind_who_answers_for_it_now(
    folder: Path, monkeypatch: pytest.MonkeyPatch, contradicted: bool
) -> None:
    from tests.threats.files import FOREVER, asset_map

    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    if contradicted:
        take(report(folder, 2, [STAYING, COMING]))
    elsewhere = asset_map((2, "192.0.2.0/24", FOREVER))
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: elsewhere)
    take(report(folder, 3, [STAYING, COMING]))
    one = threat(COMING)
    assert (one.organisation_id, one.state, one.notice) == (2, State.OPEN, Notice.NEW)
    assert (one.claimed_at, one.alerted_at) == (None, None)


@pytest.mark.parametrize("seen", [True, False])
def test_a_dismissed_threat_is_neither_closed_nor_reopened(folder: Path, seen: bool) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    Threat.objects.filter(address=COMING).update(state=State.DISMISSED, notice=Notice.NONE)
    who = [STAYING, COMING] if seen else [STAYING]
    take(*(report(folder, number, who) for number in range(1, 5)))
    assert threat(COMING).state == State.DISMISSED
    assert threat(COMING).times_seen == (5 if seen else 1)


def test_rerouted_it_stays_where_it_is(folder: Path) -> None:
    from tests.threats.assets import asset

    number = Organisation.objects.create(pk=77, name="Carrier", created_at=NOW).pk
    asset("Carrier", "192.0.0.0/16")
    take(report(folder, 0, [STAYING, COMING]))
    given = [Given(threat(COMING).key, Statement.NOT_OURS)]
    answer(1, given, Who("desk"), Via.API, noon(0))
    take(report(folder, 1, [STAYING, COMING]))
    assert (threat(COMING).organisation_id, threat(COMING).pinned) == (number, True)
    assert threat(STAYING).organisation_id == 1


def test_a_claim_does_not_come_into_sight_with_another_organisation(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.threats.files import FOREVER, asset_map

    take(report(folder, 0, [STAYING, COMING]), report(folder, 1, [STAYING, COMING]))
    fixed(COMING, 1)
    Threat.objects.filter(address=COMING).update(state=State.LOST)
    elsewhere = asset_map((2, "192.0.2.0/24", FOREVER))
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: elsewhere)
    take(report(folder, 34, [STAYING, COMING]))
    one = threat(COMING)
    assert (one.organisation_id, one.state, one.notice) == (2, State.OPEN, Notice.NEW)
    assert one.claimed_at is None


def test_a_closing_taken_back_leaves_nothing_to_another_organisation(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.threats.files import FOREVER, asset_map

    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 2, [STAYING]), report(folder, 3, [STAYING]))
    elsewhere = asset_map((2, "192.0.2.0/24", FOREVER))
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: elsewhere)
    take(report(folder, 2, [STAYING, COMING], stream="late-geo"))
    one = threat(COMING)
    assert (one.organisation_id, one.state, one.notice) == (2, State.OPEN, Notice.NEW)


def test_claimed_anew_while_it_seemed_gone_it_is_no_conflict_any_more(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    fixed(COMING, 0)
    take(report(folder, 2, [STAYING, COMING]))
    take(report(folder, 4, [STAYING]), report(folder, 5, [STAYING]))
    given = [Given(threat(COMING).key, Statement.FIXED, "once more")]
    answer(1, given, Who("desk"), Via.API, noon(6))
    take(report(folder, 3, [STAYING, COMING], stream="late-geo"))
    one = threat(COMING)
    assert (one.state, one.claimed_at, one.notice) == (State.CLAIMED, noon(6), Notice.NONE)


def test_what_a_rerouted_threat_comes_to_is_counted(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    Threat.objects.filter(address=COMING).update(pinned=True, organisation_id=77)
    take(*(report(folder, number, [STAYING]) for number in (1, 2)))
    take(report(folder, 4, [STAYING, COMING]))
    counted = DailyCount.objects.filter(organisation_id=77).values_list("day", "gone", "reopened")
    assert sorted(counted) == [(day(2), 1, 0), (day(4), 0, 1)]

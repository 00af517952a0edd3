"""A threat's life, day by day, through real files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.threats.files import day, report, take, threat
from tocsin.threats.models import DailyCount, Threat, ThreatChange
from tocsin.threats.states import Notice, State

STAYING = "192.0.2.1"
COMING = "192.0.2.2"
CONTROL = [f"192.0.2.{number}" for number in range(100, 130)]


@pytest.fixture
def folder(installation: Path, tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    return made


def told() -> None:
    Threat.objects.update(notice=Notice.NONE, alerted_at=datetime(2026, 3, 1, tzinfo=UTC))


def test_a_new_threat(folder: Path) -> None:
    take(report(folder, 0, [STAYING]))
    one = threat(STAYING)
    assert (one.state, one.notice, one.times_seen) == (State.OPEN, Notice.NEW, 1)
    assert one.organisation_id == 1
    assert one.first_seen == one.last_seen == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (one.port, one.protocol, one.severity) == (3389, 6, 4)


def test_seen_again_is_the_same_threat(folder: Path) -> None:
    take(report(folder, 0, [STAYING]), report(folder, 1, [STAYING, STAYING]))
    one = threat(STAYING)
    assert one.times_seen == 3
    assert one.first_seen.date() == day(0)
    assert (one.last_seen.date(), one.last_day) == (day(1), day(1))


def test_gone_after_two_healthy_scans_without_it(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]), report(folder, 1, [STAYING]))
    assert threat(COMING).state == State.OPEN
    summary = take(report(folder, 2, [STAYING]))
    assert summary.closed == 1
    gone = threat(COMING)
    assert (gone.state, gone.notice) == (State.GONE, Notice.NONE)
    assert gone.state_since.date() == day(3)
    change = ThreatChange.objects.get(key=gone.key)
    assert (change.from_state, change.to_state) == (State.OPEN, State.GONE)
    assert DailyCount.objects.get(day=day(2), organisation=1).gone == 1
    assert threat(STAYING).state == State.OPEN


def test_back_within_thirty_days_is_a_recurrence(folder: Path) -> None:
    take(*(report(folder, n, [STAYING, COMING] if n < 1 else [STAYING]) for n in range(3)))
    told()
    summary = take(report(folder, 3, [STAYING, COMING]))
    assert summary.count("reopened") == 1
    back = threat(COMING)
    assert (back.state, back.notice, back.recurrences) == (State.REOPENED, Notice.REOPENED, 1)
    assert back.opened_at.date() == day(3)
    assert back.first_seen.date() == day(0)
    assert ThreatChange.objects.filter(key=back.key, to_state=State.REOPENED).count() == 1
    assert DailyCount.objects.get(day=day(3), organisation=1).reopened == 1


def test_back_much_later_is_reopened_but_no_recurrence(folder: Path) -> None:
    take(*(report(folder, n, [STAYING, COMING] if n < 1 else [STAYING]) for n in range(3)))
    take(report(folder, 40, [STAYING, COMING]))
    back = threat(COMING)
    assert (back.state, back.recurrences) == (State.REOPENED, 0)


@pytest.mark.parametrize("bad", ["missing", "short", "refused"])
def test_an_unhealthy_day_closes_nothing(folder: Path, bad: str) -> None:
    everyone = [*CONTROL, COMING]
    take(*(report(folder, n, everyone) for n in range(3)))
    if bad == "short":
        take(report(folder, 3, CONTROL[:5]))
    elif bad == "refused":
        take(report(folder, 3, [*CONTROL[:20], *["nonsense"] * 20]))
    take(report(folder, 4, CONTROL))
    assert threat(COMING).state == State.OPEN
    take(report(folder, 5, CONTROL))
    assert threat(COMING).state == State.GONE


def test_where_one_of_two_streams_is_missing_nothing_closes(folder: Path) -> None:
    for n in range(2):
        take(report(folder, n, [STAYING], stream="here-geo"))
        take(report(folder, n, [COMING], stream="there-asn"))
    for n in range(2, 5):
        take(report(folder, n, [STAYING], stream="here-geo"))
    assert threat(COMING).state == State.OPEN


def test_a_file_that_comes_late_withdraws_a_closing(folder: Path) -> None:
    take(*(report(folder, n, [STAYING, COMING] if n < 1 else [STAYING]) for n in (0, 2, 3)))
    assert threat(COMING).state == State.GONE
    summary = take(report(folder, 1, [STAYING, COMING], stream="late-geo"))
    assert summary.count("reopened") == 0
    one = threat(COMING)
    assert (one.state, one.recurrences, one.times_seen) == (State.OPEN, 0, 2)


def test_an_event_is_lost_by_age_and_reopened_when_it_is_back(folder: Path) -> None:
    take(report(folder, 0, [COMING], kind="event4_sinkhole"))
    for n in (1, 40):
        take(report(folder, n, [STAYING], kind="event4_sinkhole"))
    assert threat(COMING).state == State.LOST
    take(report(folder, 41, [STAYING, COMING], kind="event4_sinkhole"))
    assert (threat(COMING).state, threat(COMING).notice) == (State.REOPENED, Notice.REOPENED)


def test_another_organisation_responsible_has_been_told_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.threats.files import FOREVER, asset_map

    take(report(folder, 0, [STAYING]))
    told()
    moved = asset_map((2, "192.0.2.0/24", FOREVER))
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: moved)
    take(report(folder, 1, [STAYING]))
    one = threat(STAYING)
    assert (one.organisation_id, one.notice, one.alerted_at) == (2, Notice.NEW, None)


def test_an_organisation_set_by_a_person_stays(folder: Path) -> None:
    take(report(folder, 0, [STAYING]))
    Threat.objects.update(organisation_id=2, pinned=True, notice=Notice.NONE)
    take(report(folder, 1, [STAYING]))
    assert (threat(STAYING).organisation_id, threat(STAYING).notice) == (2, Notice.NONE)


def test_attribution_is_as_of_the_observation(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.threats.files import asset_map

    change = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp() * 1_000_000)
    handed_over = asset_map(
        (1, "192.0.2.0/24", (-(2**62), change)), (2, "192.0.2.0/24", (change, 2**62))
    )
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: handed_over)
    take(report(folder, 0, [STAYING]), report(folder, 5, [COMING]))
    assert threat(STAYING).organisation_id == 1
    assert threat(COMING).organisation_id == 2


def test_what_nobody_answers_for_is_kept_as_nobodys(folder: Path) -> None:
    summary = take(report(folder, 0, ["203.0.113.9"]))
    assert summary.count("unattributed") == 1
    assert threat("203.0.113.9").organisation_id is None
    assert DailyCount.objects.get(organisation=None).threats == 1


def test_a_leaked_account_is_its_mail_domains(folder: Path) -> None:
    take(report(folder, 0, ["jo@mail.example.org"], kind="compromised_account"))
    one = Threat.objects.get()
    assert (one.domain, one.address, one.organisation_id) == ("@mail.example.org", None, 1)
    assert "jo" not in one.tag


def test_days_are_taken_in_order_whatever_the_order_of_files(folder: Path) -> None:
    days = [report(folder, n, [STAYING] if n in (1, 2) else [STAYING, COMING]) for n in range(4)]
    take(*reversed(days))
    one = threat(COMING)
    assert (one.state, one.recurrences, one.times_seen) == (State.REOPENED, 1, 2)
    assert one.last_seen - one.first_seen == timedelta(days=3)

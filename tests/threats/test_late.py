"""Reports that come late: what is taken back, and what the organisation hears of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.threats.files import NOW, day, report, take, threat
from tocsin.intake.models import FeedDay
from tocsin.threats.ingest import ingest
from tocsin.threats.models import DailyCount, Threat, ThreatChange
from tocsin.threats.states import Notice, State
from tocsin.threats.sweep import sweep_all

STAYING, COMING = "192.0.2.1", "192.0.2.2"
CONTROL = [f"198.51.100.{number}" for number in range(30)]


@pytest.fixture
def folder(installation: Path, tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    return made


def told(when: datetime = NOW + timedelta(seconds=1)) -> None:
    Threat.objects.update(notice=Notice.NONE, alerted_at=when)


def gone_then_late(folder: Path, *, hear: bool) -> Threat:
    """Seen on day 0, gone by days 2 and 3; then day 1 turns up with it."""
    take(report(folder, 0, [STAYING, COMING]))
    if hear:
        told()
    take(report(folder, 2, [STAYING]), report(folder, 3, [STAYING]))
    assert threat(COMING).state == State.GONE
    assert DailyCount.objects.get(day=day(3), organisation=1).gone == 1
    take(report(folder, 1, [STAYING, COMING], stream="late-geo"))
    return threat(COMING)


@pytest.mark.parametrize(("hear", "notice"), [(False, Notice.NEW), (True, Notice.NONE)])
def test_what_was_not_told_yet_is_told_after_all(folder: Path, hear: bool, notice: Notice) -> None:
    """A closing drops a threat from the news; its withdrawal brings it back."""
    one = gone_then_late(folder, hear=hear)
    assert (one.state, one.notice) == (State.OPEN, notice)
    assert one.state_since == one.opened_at == one.first_seen


def test_the_statistics_take_it_back_and_the_history_does_not(folder: Path) -> None:
    one = gone_then_late(folder, hear=False)
    assert DailyCount.objects.get(day=day(3), organisation=1).gone == 0
    changes = ThreatChange.objects.filter(key=one.key).order_by("pk")
    assert [(each.from_state, each.to_state) for each in changes] == [
        (State.OPEN, State.GONE),
        (State.GONE, State.OPEN),
    ]
    assert len({each.at for each in changes}) == 1, "both were so at the same time"
    assert changes[1].cause == "a report that came late"


@pytest.mark.parametrize(
    ("hear", "notice"), [("never", Notice.REOPENED), ("before", Notice.REOPENED), ("after", 0)]
)
def test_a_reopened_threat_is_reopened_again(folder: Path, hear: str, notice: int) -> None:
    """Not simply open; and told if it was told before it was reopened only."""
    seen = [COMING, STAYING]
    take(*(report(folder, number, [STAYING] if number else seen) for number in range(3)))
    if hear == "before":
        told(NOW - timedelta(days=1))
    take(report(folder, 3, seen))
    assert threat(COMING).state == State.REOPENED
    if hear == "after":
        told()
    take(report(folder, 5, [STAYING]), report(folder, 6, [STAYING]))
    assert threat(COMING).state == State.GONE
    assert ThreatChange.objects.filter(to_state=State.GONE, from_state=State.REOPENED).exists()
    take(report(folder, 4, seen, stream="late-geo"))
    one = threat(COMING)
    assert (one.state, one.notice, one.recurrences) == (State.REOPENED, notice, 1)


def test_a_late_day_completes_two_healthy_scans(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]), report(folder, 2, [STAYING]))
    assert threat(COMING).state == State.OPEN
    assert take(report(folder, 1, [STAYING])).closed == 1
    one = threat(COMING)
    assert (one.state, one.state_since.date()) == (State.GONE, day(3))


def test_a_late_day_shows_that_another_was_short(folder: Path) -> None:
    """Judged without the days before it a day looked healthy; what it closed was no closing."""
    everyone = [*CONTROL, COMING]
    take(*(report(folder, number, CONTROL[:5]) for number in (3, 4)))
    take(report(folder, 0, everyone))
    assert threat(COMING).state == State.GONE
    take(report(folder, 1, CONTROL), report(folder, 2, everyone))
    assert threat(COMING).state == State.OPEN
    states = FeedDay.objects.order_by("day").values_list("state", flat=True)
    assert list(states) == ["healthy"] * 3 + ["short"] * 2


def test_another_file_of_the_day_that_closed_it(folder: Path) -> None:
    """On the same day it is not back again: it was never away."""
    take(
        *(report(folder, number, [STAYING] if number else [STAYING, COMING]) for number in range(3))
    )
    summary = take(report(folder, 2, [COMING], stream="second-geo"))
    assert summary.count("reopened") == 0
    assert (threat(COMING).state, threat(COMING).recurrences) == (State.OPEN, 0)


def test_a_disputed_threat_waits_for_its_decision(folder: Path) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    Threat.objects.filter(address=COMING).update(state=State.DISPUTED)
    take(report(folder, 1, [STAYING]), report(folder, 2, [STAYING]))
    assert threat(COMING).state == State.DISPUTED


@pytest.mark.parametrize("state", [State.CLAIMED, State.CONFLICT])
def test_an_answered_threat_gets_its_answer_back(folder: Path, state: State) -> None:
    take(report(folder, 0, [STAYING, COMING]))
    told()
    Threat.objects.filter(address=COMING).update(state=state)
    take(report(folder, 2, [STAYING]), report(folder, 3, [STAYING]))
    assert threat(COMING).state == State.GONE
    take(report(folder, 1, [STAYING, COMING], stream="late-geo"))
    assert (threat(COMING).state, threat(COMING).notice) == (state, Notice.NONE)


def out_of_sight(folder: Path, *, together: bool) -> None:
    """scan_rdp has reports on two days; scan_vnc of the same feed goes on for weeks."""
    paths = [report(folder, number, [STAYING, COMING]) for number in range(2)]
    for number in range(40):
        path = report(folder, number, [STAYING], stream="vnc-geo")
        paths.append(path.rename(path.with_name(path.name.replace("scan_rdp", "scan_vnc"))))
    if together:
        take(*paths)
    else:
        for path in sorted(paths):
            take(path)


@pytest.mark.parametrize("together", [True, False])
def test_a_kind_out_of_sight_is_lost_however_many_files_come_at_once(
    folder: Path, together: bool
) -> None:
    out_of_sight(folder, together=together)
    lost = Threat.objects.get(address=COMING)
    assert (lost.state, lost.state_since.date()) == (State.LOST, day(33))
    take(report(folder, 40, [STAYING]), report(folder, 41, [STAYING]))
    assert threat(COMING).state == State.LOST, "nobody looked for it while it went"
    back = Threat.objects.get(address=STAYING, kind__name="scan_rdp")
    assert (back.state, back.recurrences, back.notice) == (State.OPEN, 0, Notice.NEW)
    change = ThreatChange.objects.get(key=back.key, from_state=State.LOST)
    assert (change.to_state, change.cause) == (State.OPEN, "in sight again")
    assert change.at.date() == day(40)


def test_sight_lost_and_found_is_no_news_to_who_was_told(folder: Path) -> None:
    out_of_sight(folder, together=True)
    told()
    take(report(folder, 40, [STAYING]))
    assert Threat.objects.get(address=STAYING, kind__name="scan_rdp").notice == Notice.NONE


def test_a_day_that_proves_nothing_does_not_age_events_either(folder: Path) -> None:
    everyone = [*CONTROL, COMING]
    kind = "event4_sinkhole"
    take(*(report(folder, number, everyone, kind) for number in range(2)))
    take(report(folder, 2, CONTROL, kind))
    take(report(folder, 17, CONTROL[:5], kind))
    assert threat(COMING).state == State.OPEN
    take(report(folder, 18, CONTROL, kind))
    assert (threat(COMING).state, threat(COMING).state_since.date()) == (State.LOST, day(19))


def test_the_latest_observation_decides_whichever_file_came_first(folder: Path) -> None:
    """Two files of one day: severity and AS number are of the later row."""
    early = report(folder, 0, [COMING])
    later = folder / "2026-03-01-scan_rdp-other-geo.csv"
    later.write_text(
        early.read_text().replace("08:00:00,high", "21:00:00,low").replace("64500", "64501")
    )
    for paths in ((early, later), (later, early)):
        ingest(paths[:1], NOW)
        ingest(paths[1:], NOW)
        one = threat(COMING)
        assert (one.severity, one.asn, one.times_seen) == (2, 64501, 2)
        assert one.opened_at == one.first_seen == datetime(2026, 3, 1, 8, tzinfo=UTC)
        Threat.objects.all().delete()
        FeedDay.objects.all().delete()
        for made in (early, later):
            made.write_text(made.read_text() + "\n")


def test_sweeping_without_anything_new_asks_for_no_lock(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(report(folder, 0, [STAYING]))
    asked: list[str] = []
    monkeypatch.setattr("tocsin.threats.sweep.lock_kind", asked.append)
    assert sweep_all(NOW) == 0
    assert asked == []

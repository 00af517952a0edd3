"""The same content for another stream or day."""

from pathlib import Path

import pytest

from tests.threats.files import report, take, threat
from tocsin.intake.models import FeedDay, Report
from tocsin.threats.states import State

HERE, THERE = "192.0.2.1", "192.0.2.2"


def test_files_with_only_a_header_are_healthy_days_each(installation: Path, tmp_path: Path) -> None:
    """The last threats of a kind are gone when two empty reports have come."""
    take(report(tmp_path, 0, [HERE]))
    summary = take(report(tmp_path, 1, []), report(tmp_path, 2, []))
    assert [one.state for one in summary.outcomes] == ["taken", "known"]
    assert threat(HERE).state == State.GONE
    assert FeedDay.objects.filter(state="healthy", swept=True).count() == 3


def test_an_empty_report_of_another_kind_with_the_same_header(
    installation: Path, tmp_path: Path
) -> None:
    empty = report(tmp_path, 0, [])
    other = empty.rename(tmp_path / "2026-03-01-scan_vnc-tests-geo.csv")
    take(report(tmp_path, 0, []), other)
    assert set(FeedDay.objects.values_list("kind", flat=True)) == {"scan_rdp", "scan_vnc"}


def test_streams_that_are_the_same_to_the_byte(installation: Path, tmp_path: Path) -> None:
    """Each counts as delivered, and their rows are counted once."""
    for stream in ("here-geo", "here-asn"):
        take(report(tmp_path, 0, [HERE, THERE], stream=stream))
    assert (threat(THERE).times_seen, Report.objects.count()) == (1, 1)
    days = FeedDay.objects.order_by("stream").values_list("stream", "rows", "state")
    assert list(days) == [("here-asn", 2, "healthy"), ("here-geo", 2, "healthy")]
    for number in (1, 2):
        for stream in ("here-geo", "here-asn"):
            take(report(tmp_path, number, [HERE], stream=stream))
    assert threat(THERE).state == State.GONE


def test_yesterdays_rows_again_prove_nothing_about_today(
    installation: Path, tmp_path: Path
) -> None:
    take(report(tmp_path, 0, [HERE, THERE]))
    stuck = report(tmp_path, 1, [HERE])
    take(stuck)
    for name in ("2026-03-03", "2026-03-04"):
        take(stuck.rename(stuck.with_name(stuck.name.replace("2026-03-02", name))))
        stuck = report(tmp_path, 1, [HERE])
    assert FeedDay.objects.count() == 2
    assert threat(THERE).state == State.OPEN


@pytest.mark.parametrize("times", [1, 3])
def test_the_same_file_again_changes_nothing(
    installation: Path, tmp_path: Path, times: int
) -> None:
    path = report(tmp_path, 0, [HERE, THERE])
    take(path)
    before = list(FeedDay.objects.values())
    for _ in range(times):
        take(path)
    assert list(FeedDay.objects.values()) == before

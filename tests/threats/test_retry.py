"""Reading again what was refused: only that, once, and with today's rules."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.queued import waiting, work
from tests.threats.conftest import EVERYTHING
from tests.threats.files import NOW, report, take, threat
from tocsin.audit.models import Entry
from tocsin.errors import TocsinError
from tocsin.intake.models import FeedDay, RefusedRow, Report
from tocsin.threats.leftovers import tidy
from tocsin.threats.models import DailyCount, Threat
from tocsin.threats.retry import retry_file, retry_reason, retry_report

BY = "person 7"
FEED = """
title = "Guessers"
tlp = "amber"
grade = "B2"
cadence_hours = 24
kind = "brute-force"
format = "csv"
[columns]
time = ["when"]
affected = ["address:{column}"]
[[recognise]]
name = "honeypot"
"""
ROWS = (
    "when,attacker,who\n"
    "2026-03-01T08:00:00Z,192.0.2.1,\n"
    "2026-03-01T08:01:00Z,,192.0.2.2\n"
    "2026-03-01T08:02:00Z,198.51.100.3,\n"
    "2026-03-01T08:03:00Z,,192.0.2.4\n"
    "2026-03-01T08:04:00Z,,nobody\n"
)


@pytest.fixture(autouse=True)
def _assets(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.threats.retry.current_map", lambda: EVERYTHING)


def feed(home: Path, *columns: str) -> None:
    folder = home / "feeds" / "guessers"
    folder.mkdir(parents=True, exist_ok=True)
    text = FEED.format(column='", "address:'.join(columns))
    (folder / "feed.toml").write_text(text)


@pytest.fixture
def refused(installation: Path, tmp_path: Path) -> Report:
    """Two rows taken, three refused, since the feed's file misses a column."""
    feed(installation, "attacker")
    path = tmp_path / "2026-03-01-honeypot.csv"
    path.write_text(ROWS)
    take(path)
    found = Report.objects.get()
    assert (found.observations, found.refused) == (2, 3)
    assert found.reasons == {"no-affected-party": 3}
    return found


def counts() -> tuple[int, int]:
    (one,) = DailyCount.objects.filter(organisation=1).values_list("observations", "new")
    return one


def test_after_a_fix_the_refused_rows_are_taken(installation: Path, refused: Report) -> None:
    feed(installation, "attacker", "who")
    done = retry_report(refused.pk, NOW, BY)
    assert (done.asked, done.taken) == (3, 2)
    refused.refresh_from_db()
    assert (refused.rows, refused.observations, refused.refused) == (5, 4, 1)
    assert sum(refused.reasons.values()) == 1
    (left,) = RefusedRow.objects.values_list("line", flat=True)
    assert left == 6
    assert {one.times_seen for one in Threat.objects.all()} == {1}
    assert Threat.objects.count() == 4
    assert counts() == (3, 3)
    assert Entry.objects.get(action="report read again").detail == {"asked": 3, "taken": 2}


def test_a_second_time_nothing_is_taken(installation: Path, refused: Report) -> None:
    feed(installation, "attacker", "who")
    retry_report(refused.pk, NOW, BY)
    before = list(Threat.objects.order_by("key").values())
    done = retry_report(refused.pk, NOW, BY)
    assert (done.asked, done.taken) == (1, 0)
    assert list(Threat.objects.order_by("key").values()) == before
    assert counts() == (3, 3)
    assert RefusedRow.objects.count() == 1


def test_without_a_fix_all_stays(installation: Path, refused: Report) -> None:
    done = retry_report(refused.pk, NOW, BY)
    assert (done.asked, done.taken) == (3, 0)
    refused.refresh_from_db()
    assert (refused.observations, refused.refused, refused.rows) == (2, 3, 5)
    assert list(RefusedRow.objects.values_list("line", flat=True)) == [3, 5, 6]


def test_the_new_segment_has_the_rows_of_both(installation: Path, refused: Report) -> None:
    before = dict(refused.segments)
    feed(installation, "attacker", "who")
    retry_report(refused.pk, NOW, BY)
    refused.refresh_from_db()
    assert refused.segments != before
    for path, lines in (
        (before["brute-force"], {2, 4}),
        (refused.segments["brute-force"], {2, 3, 4, 5}),
    ):
        assert set(pq.read_table(installation / path)["_line"].to_pylist()) == lines  # fmt: skip


def test_the_day_becomes_healthy(installation: Path, refused: Report) -> None:
    assert FeedDay.objects.get().state == "refused"
    feed(installation, "attacker", "who")
    retry_report(refused.pk, NOW, BY)
    day = FeedDay.objects.get()
    assert (day.state, day.rows, day.refused, day.swept) == ("healthy", 5, 1, False)


def test_the_end_of_a_row_that_was_cut_off_is_not_made_up(
    installation: Path, refused: Report
) -> None:
    RefusedRow.objects.filter(line=5).update(reason="cut-off")
    feed(installation, "attacker", "who")
    assert retry_report(refused.pk, NOW, BY).taken == 1
    assert not Threat.objects.filter(address="192.0.2.4").exists()


def test_a_row_whose_other_half_was_taken_is_left_alone(
    installation: Path, refused: Report
) -> None:
    """It would count that half twice."""
    RefusedRow.objects.filter(line=6).update(line=2)
    done = retry_report(refused.pk, NOW, BY)
    assert done.asked == 2
    assert threat("192.0.2.1").times_seen == 1


def test_without_the_copy_it_says_so(installation: Path, refused: Report) -> None:
    tidy(installation, NOW.replace(year=2027), 90)
    with pytest.raises(TocsinError, match="not kept"):
        retry_report(refused.pk, NOW, BY)
    assert RefusedRow.objects.count() == 3


@pytest.fixture
def unknown(installation: Path, tmp_path: Path) -> RefusedRow:
    path = tmp_path / "2026-03-01-honeypot.csv"
    path.write_text(ROWS)
    (outcome,) = take(path).outcomes
    assert outcome.state == "refused"
    return RefusedRow.objects.get()


def test_a_file_that_no_feed_knew_is_taken_once_one_does(
    installation: Path, unknown: RefusedRow
) -> None:
    assert unknown.reason == "unknown-format"
    feed(installation, "attacker", "who")
    assert retry_file(unknown.pk, NOW, BY).taken == 1
    found = Report.objects.get()
    assert (found.feed.name, found.observations, found.refused) == ("guessers", 4, 1)
    assert not RefusedRow.objects.filter(report=None).exists()


def test_a_file_that_is_still_unknown_stays(installation: Path, unknown: RefusedRow) -> None:
    assert retry_file(unknown.pk, NOW, BY).taken == 0
    assert RefusedRow.objects.get().pk == unknown.pk


def test_delivered_again_after_the_fix_it_leaves_the_list_too(
    installation: Path, unknown: RefusedRow, tmp_path: Path
) -> None:
    feed(installation, "attacker", "who")
    other = tmp_path / "again" / "2026-03-01-honeypot.csv"
    other.parent.mkdir()
    other.write_text(ROWS)
    take(other)
    assert not RefusedRow.objects.filter(pk=unknown.pk).exists()


def test_the_copy_of_a_refused_file_is_kept_as_long_as_others(
    installation: Path, unknown: RefusedRow
) -> None:
    path = installation / unknown.raw
    assert tidy(installation, NOW, 90) == 0
    assert path.exists()
    tidy(installation, NOW.replace(year=2027), 90)
    unknown.refresh_from_db()
    assert unknown.raw == ""


def test_everything_of_one_reason_is_read_by_the_worker(
    installation: Path, refused: Report, tmp_path: Path
) -> None:
    take(report(tmp_path, 0, ["192.0.2.9"]))
    feed(installation, "attacker", "who")
    assert retry_reason("no-affected-party", NOW, BY) == 1
    assert [name for name, _ in waiting()] == ["tocsin.threats.retry"]
    work()
    refused.refresh_from_db()
    assert refused.refused == 1


@pytest.mark.parametrize("retry", [retry_report, retry_file])
def test_what_is_not_there(retry: object) -> None:
    with pytest.raises(TocsinError):
        retry(1, NOW, BY)  # type: ignore[operator]

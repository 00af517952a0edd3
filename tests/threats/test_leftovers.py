"""What the nightly tidying removes, and above all what it does not."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.threats.files import report, take
from tocsin.intake.models import Report
from tocsin.intake.raw import unseal
from tocsin.threats import leftovers
from tocsin.threats.leftovers import tidy
from tocsin.threats.models import Threat

NOW = datetime(2026, 5, 1, tzinfo=UTC)
KEEP = 90


@pytest.fixture
def taken(installation: Path, tmp_path: Path) -> Report:
    take(report(tmp_path, 0, ["192.0.2.1", "192.0.2.2"]))
    aged(installation, NOW - timedelta(days=5))
    return Report.objects.get()


def aged(home: Path, when: datetime) -> None:
    for folder in ("observations", "reports"):
        for path in (home / folder).rglob("*"):
            os.utime(path, (when.timestamp(), when.timestamp()))


def files(home: Path) -> set[str]:
    return {
        str(path.relative_to(home))
        for folder in ("observations", "reports")
        for path in (home / folder).rglob("*")
        if path.is_file()
    }


def left(home: Path, name: str, age: timedelta) -> Path:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left by a crash")
    os.utime(path, ((NOW - age).timestamp(),) * 2)
    return path


def test_what_a_report_owns_stays(installation: Path, taken: Report) -> None:
    before = files(installation)
    assert before == {taken.raw, *taken.segments.values()}
    assert tidy(installation, NOW, KEEP) == 0
    assert files(installation) == before


@pytest.mark.parametrize(
    "name",
    [
        "observations/scan_rdp/2026-03/2026-03-01-ab.parquet",
        "observations/scan_rdp/2026-03/.2026-03-01-ab.parquet.x1.partial",
        "reports/ab/abcdef.zst.age",
    ],
)
@pytest.mark.parametrize(("age", "gone"), [(timedelta(hours=25), 1), (timedelta(hours=23), 0)])
def test_what_nobody_owns_goes_after_a_day(
    installation: Path, taken: Report, name: str, age: timedelta, gone: int
) -> None:
    """A younger file may be a running command's."""
    path = left(installation, name, age)
    assert tidy(installation, NOW, KEEP) == gone
    assert path.exists() == (not gone)
    assert tidy(installation, NOW, KEEP) == 0, "a second time there is nothing to do"


def test_only_its_own_folders_are_looked_at(installation: Path, taken: Report) -> None:
    others = [
        left(installation, name, timedelta(days=400))
        for name in ("keys/reports.age.bak", "outbox/1.eml", "inbox/spool/x", "feeds/own/feed.toml")
    ]
    tidy(installation, NOW, KEEP)
    assert all(path.exists() for path in others)


@pytest.mark.parametrize(
    ("days", "kept"), [(KEEP, True), ((NOW - timedelta(days=KEEP)).day, False), (0, False)]
)
def test_sealed_copies_go_when_their_time_is_over(
    installation: Path, taken: Report, days: int, kept: bool
) -> None:
    """The observations stay: they hold no secrets."""
    sealed = taken.raw
    assert tidy(installation, NOW, days) == (0 if kept else 1)
    taken.refresh_from_db()
    assert (taken.raw, (installation / sealed).exists()) == (
        (sealed, True) if kept else ("", False)
    )
    assert all((installation / path).is_file() for path in taken.segments.values())


def test_the_same_file_after_its_copy_has_gone_is_still_known(
    installation: Path, taken: Report, tmp_path: Path
) -> None:
    """It is sealed again on the way in, and that copy goes as nobody's."""
    tidy(installation, NOW, 0)
    (outcome,) = take(report(tmp_path, 0, ["192.0.2.1", "192.0.2.2"])).outcomes
    assert outcome.state == "known"
    assert set(Threat.objects.values_list("times_seen", flat=True)) == {1}
    aged(installation, NOW - timedelta(days=2))
    assert tidy(installation, NOW, 0) == 1
    assert files(installation) == set(taken.segments.values())


def test_killed_between_forgetting_a_copy_and_removing_it(
    installation: Path, taken: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = taken.raw

    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(leftovers, "_old_files", killed)
        with pytest.raises(KeyboardInterrupt):
            tidy(installation, NOW, 0)
    assert (installation / sealed).exists()
    assert tidy(installation, NOW, 0) == 1
    assert not (installation / sealed).exists()


def test_a_sealed_copy_within_its_time_can_be_opened(installation: Path, taken: Report) -> None:
    tidy(installation, NOW, KEEP)
    assert b"192.0.2.1" in unseal(installation, taken.raw)
    assert settings.TOCSIN_RAW_DAYS > 0

"""The worker's jobs for feeds and threats: each can run twice, and at any moment."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django import app

from tests.threats.assets import asset
from tests.threats.conftest import EVERYTHING
from tests.threats.files import report, take, threat
from tests.threats.test_ingest import state
from tocsin import jobs as every_job
from tocsin.constituency import current_map
from tocsin.database.scope import staff_scope
from tocsin.intake.models import FeedDay, Report
from tocsin.threats import fetching, jobs
from tocsin.threats import ingest as ingesting
from tocsin.threats.models import Threat
from tocsin.threats.states import State

HERE, THERE = "192.0.2.1", "192.0.2.2"
SOURCE = '[spool]\ntype = "directory"\npath = "{}"\nsettle_seconds = 0\nschedule = "every 1 hour"\n'


@pytest.fixture
def folder(committed_db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    current_map._loaded.clear()
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: EVERYTHING)
    made = home / "spool"
    made.mkdir()
    return made


def everything() -> list[tuple[Any, ...]]:
    with staff_scope():
        return state()


def interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ingest whose reports are in and whose last sweep did not come."""
    files = [report(folder, number, [HERE, *([THERE] * (not number))]) for number in range(3)]
    with monkeypatch.context() as broken:
        broken.setattr(ingesting, "sweep_all", lambda now: 0)
        take(*files)


def test_what_a_stopped_ingest_left_is_swept_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(folder, monkeypatch)
    with staff_scope():
        assert threat(THERE).state == State.OPEN
    jobs.sweep(timestamp=0)
    swept = everything()
    with staff_scope():
        assert threat(THERE).state == State.GONE
        assert not FeedDay.objects.filter(swept=False).exists()
    jobs.sweep(timestamp=0)
    assert everything() == swept


def test_a_stopped_import_of_assets_is_finished(folder: Path) -> None:
    with staff_scope():
        take(report(folder, 0, ["203.0.113.9"]))
        number = asset("Somebody", "203.0.113.0/24")
    for _ in range(2):
        jobs.sweep(timestamp=0)
        with staff_scope():
            assert threat("203.0.113.9").organisation_id == number


def test_fetching_twice_takes_once(folder: Path, home: Path) -> None:
    (home / "sources.toml").write_text(SOURCE.format(folder))
    report(folder, 0, [HERE])
    for _ in range(2):
        jobs.fetch(timestamp=0)
    fetching.fetch_sources([], datetime.now(UTC))
    with staff_scope():
        assert Report.objects.count() == 1
        assert Threat.objects.get().times_seen == 1


def test_without_sources_there_is_nothing_to_fetch(folder: Path) -> None:
    jobs.fetch(timestamp=0)
    with staff_scope():
        assert Report.objects.count() == 0


def test_tidying_twice(folder: Path) -> None:
    take(report(folder, 0, [HERE]))
    before = everything()
    for _ in range(2):
        jobs.tidy(timestamp=0)
    assert everything() == before


def test_every_job_is_in_the_readable_list() -> None:
    """And nothing is in it that is no job."""
    listed = {
        word for line in (every_job.__doc__ or "").splitlines() for word in line.split()
        if word.startswith("tocsin.")
    }  # fmt: skip
    ours = {name for name in app.tasks if name.startswith("tocsin.")}
    assert listed == ours


def test_one_that_takes_long_is_not_queued_behind_itself() -> None:
    """A fetch of an hour does not leave sixty more waiting."""
    by_the_clock = {
        name: one.task.queueing_lock
        for (name, _), one in app.periodic_registry.periodic_tasks.items()
        if name.startswith("tocsin.threats.")
    }
    assert len(by_the_clock) == 6
    assert all(lock == name for name, lock in by_the_clock.items())

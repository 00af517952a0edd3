import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.intake.fetch.servers import Asked, Reply, web_server
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.intake.fetch import actions, inbox, memory
from tocsin.intake.fetch.actions import due, fetch
from tocsin.intake.fetch.models import FetchedItem, FetchSource
from tocsin.intake.fetch.schedule import parse
from tocsin.intake.fetch.sources import Source

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)


class Killed(BaseException):
    """Stands for kill -9 between two steps: nothing catches it."""


@dataclass
class Reports:
    """Ingests like Tocsin: the same bytes are one report however often they come."""

    taken: list[bytes] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    failing: str = ""

    def ingest(self, path: Path, feed: str) -> int:
        if path.name == self.failing:
            raise TocsinError("no room", "make room")
        content = path.read_bytes()
        if content not in self.taken:
            self.taken.append(content)
        self.feeds.append(feed)
        return content.count(b"bad")


def unexpected(path: Path, feed: str) -> int:
    raise AssertionError("not to be called")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    for name, text in (("a.csv", "one"), ("b.csv", "two bad bad"), ("c.csv", "three")):
        (folder / name).write_text(text)
        os.utime(folder / name, (NOW.timestamp() - 60,) * 2)
    return folder


def directory(folder: Path, **settings: Any) -> Source:
    table = {"path": str(folder), "after": "move", "settle_seconds": 0, **settings}
    return Source("drop", "directory", "intelmq", None, table)


def test_everything_is_ingested_once_and_ticked_off(tmp_path: Path, drop: Path) -> None:
    reports = Reports()
    outcome = fetch(directory(drop), tmp_path, reports.ingest, NOW)
    assert (outcome.names, outcome.refused) == (["a.csv", "b.csv", "c.csv"], 2)
    assert outcome.failures == []
    assert reports.feeds == ["intelmq"] * 3
    assert [path.name for path in drop.iterdir()] == ["done"]
    assert fetch(directory(drop), tmp_path, reports.ingest, NOW).names == []
    assert not inbox.Inbox(tmp_path, "drop").waiting()
    with staff_scope():
        assert set(FetchedItem.objects.values_list("name", "refused")) == {
            ("a.csv", 0), ("b.csv", 2), ("c.csv", 0),
        }  # fmt: skip


def test_a_dry_run_names_and_touches_nothing(tmp_path: Path, drop: Path) -> None:
    outcome = fetch(directory(drop), tmp_path, unexpected, NOW, dry_run=True)
    assert outcome.names == ["a.csv", "b.csv", "c.csv"]
    assert len(list(drop.iterdir())) == 3
    assert not (tmp_path / "inbox").exists()


def test_what_cannot_be_ingested_now_waits_and_the_rest_goes_on(tmp_path: Path, drop: Path) -> None:
    reports = Reports(failing="b.csv")
    outcome = fetch(directory(drop), tmp_path, reports.ingest, NOW)
    assert outcome.names == ["a.csv", "c.csv"]
    assert outcome.failures == ["no room (make room)"]
    again = fetch(directory(drop), tmp_path, reports.ingest, NOW)
    assert (again.names, len(again.failures)) == ([], 1)
    with staff_scope():
        assert FetchSource.objects.get().failures == again.failures
    reports.failing = ""
    assert fetch(directory(drop), tmp_path, reports.ingest, NOW).names == ["b.csv"]
    assert fetch(directory(drop), tmp_path, reports.ingest, NOW).names == []
    assert not (drop / "b.csv").exists()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (inbox.Inbox, "put"),
        (Reports, "ingest"),
        (memory.DatabaseMemory, "take"),
        (inbox.Inbox, "remove"),
        (memory.DatabaseMemory, "end"),
    ],
)
@pytest.mark.parametrize("nth", [1, 2])
def test_a_stop_at_any_step_loses_and_doubles_nothing(
    tmp_path: Path,
    drop: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    step: str,
    when: str,
    nth: int,
) -> None:
    reports = Reports()
    real: Callable[..., Any] = getattr(owner, step)
    calls = 0

    def dying(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and when == "before":
            raise Killed
        result = real(*arguments)
        if calls == nth:
            raise Killed
        return result

    monkeypatch.setattr(owner, step, dying)
    if step == "end" and nth == 2:
        fetch(directory(drop), tmp_path, reports.ingest, NOW)
    with pytest.raises(Killed):
        fetch(directory(drop), tmp_path, reports.ingest, NOW)
    fetch(directory(drop), tmp_path, reports.ingest, NOW)
    assert sorted(reports.taken) == [b"one", b"three", b"two bad bad"]
    assert [path.name for path in drop.iterdir()] == ["done"]
    assert len(list((drop / "done").iterdir())) == 3
    assert not inbox.Inbox(tmp_path, "drop").waiting()


def test_a_source_set_up_wrongly_is_a_failure_of_its_own(tmp_path: Path) -> None:
    outcome = fetch(directory(tmp_path, nonsense=1), tmp_path, unexpected, NOW)
    assert outcome.failures[0].startswith("source drop: unknown setting: nonsense")


def test_two_runs_of_one_source_do_not_overlap(tmp_path: Path, drop: Path) -> None:
    reports = Reports()

    def ingest(path: Path, feed: str) -> int:
        second = fetch(directory(drop), tmp_path, unexpected, NOW)
        assert "Another command" in second.failures[0]
        return reports.ingest(path, feed)

    assert len(fetch(directory(drop), tmp_path, ingest, NOW).names) == 3


def test_the_etag_is_remembered_from_run_to_run(tmp_path: Path) -> None:
    def reply(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match"):
            return Reply(304)
        return Reply(body=b"x", headers={"Content-Type": "text/csv", "ETag": '"v1"'})

    reports = Reports()
    with web_server(reply) as server:
        table = {"url": f"{server.url}/list.csv", "allow_http": True}
        source = Source("list", "https", "", None, table)
        runs = [fetch(source, tmp_path, reports.ingest, NOW).names for _ in range(2)]
    assert runs == [["list.csv"], []]
    assert server.asked[1].headers["if-none-match"] == '"v1"'


def test_sources_fall_due_by_their_last_start(tmp_path: Path, drop: Path) -> None:
    hourly = Source("drop", "directory", "", parse("every 1 hour"), directory(drop).table)
    sources = {"drop": hourly, "by-hand": Source("by-hand", "https", "", None, {})}
    assert due(sources, NOW) == [hourly]
    fetch(hourly, tmp_path, Reports().ingest, NOW)
    assert due(sources, NOW + timedelta(minutes=59)) == []
    assert due(sources, NOW + timedelta(minutes=60)) == [hourly]
    assert actions.due({}, NOW) == []


def test_a_run_broken_off_is_due_at_once(tmp_path: Path, drop: Path) -> None:
    hourly = Source("drop", "directory", "", parse("every 1 hour"), directory(drop).table)

    def ingest(path: Path, feed: str) -> int:
        raise Killed

    with pytest.raises(Killed):
        fetch(hourly, tmp_path, ingest, NOW)
    later = NOW + timedelta(minutes=1)
    assert due({"drop": hourly}, later) == [hourly]
    fetch(hourly, tmp_path, Reports().ingest, later)
    assert due({"drop": hourly}, later) == []

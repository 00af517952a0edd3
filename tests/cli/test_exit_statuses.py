"""0 all well, 1 an error, 2 part of the input refused: what scripts go by."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calling import call
from tests.threats.conftest import EVERYTHING
from tests.threats.files import report
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.threats.models import Threat

Patch = pytest.MonkeyPatch


@pytest.fixture
def reports(db: None, home: Path, monkeypatch: Patch) -> Iterator[Path]:
    """An empty folder for reports, beside a home."""
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: EVERYTHING)
    folder = home / "incoming"
    folder.mkdir()
    with staff_scope():
        yield folder


@pytest.mark.parametrize(
    ("rows", "status", "refused"),
    [(["192.0.2.1"], 0, 0), (["192.0.2.1", "nonsense"], 2, 1), ([], 0, 0)],
)
def test_ingest(
    reports: Path, monkeypatch: Patch, rows: list[str], status: int, refused: int
) -> None:
    path = report(reports, 0, rows)
    done = call(monkeypatch, "ingest", str(path), "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["reports"], told["refused"]) == (status, 1, refused)
    assert told["rows"] == told["observations"] + told["refused"] == len(rows)
    again = call(monkeypatch, "ingest", str(path))
    assert (again.exit_code, "0 reports taken, 1 known already." in again.stdout) == (0, True)


def test_ingest_names_each_refusal(reports: Path, monkeypatch: Patch) -> None:
    path = report(reports, 0, ["192.0.2.1", "nonsense"])
    done = call(monkeypatch, "ingest", str(path))
    assert f"{path}:3: no-affected-party" in done.stderr
    assert "2 rows: 1 observations, 1 refused." in done.stdout


@pytest.mark.parametrize("name", ["missing.csv", "empty folder"])
def test_ingest_of_what_is_not_there(reports: Path, monkeypatch: Patch, name: str) -> None:
    (reports / "empty folder").mkdir()
    done = call(monkeypatch, "ingest", str(reports / name))
    assert done.exit_code == (0 if name == "empty folder" else 1)
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["ingest"], 2),
        (["threats"], 2),
        (["threats", "export", "--format", "xml"], 2),
        (["people", "add", "a@b.example"], 2),
        (["people", "add", "a@b.example", "--role", "king"], 2),
        (["work", "--concurrency", "many"], 2),
        (["work", "--concurrency", "0"], 2),
        (["fetch", "nowhere"], 1),
        (["threats", "export", "--organisation", "Nobody"], 1),
        (["people", "link", "nobody@b.example"], 1),
        (["people", "remove", "nobody@b.example"], 1),
        (["people", "add", "no address", "--role", "analyst"], 1),
        (["fetch"], 0),
        (["threats", "export"], 0),
        (["people", "list"], 0),
        (["status"], 0),
    ],
)
def test_wrong_words_and_names(
    reports: Path, monkeypatch: Patch, words: list[str], status: int
) -> None:
    done = call(monkeypatch, *words)
    assert done.exit_code == status, done.output
    if status:
        assert done.stderr.strip()


def test_export_to_a_file_and_to_nothing(reports: Path, monkeypatch: Patch) -> None:
    call(monkeypatch, "ingest", str(report(reports, 0, ["192.0.2.1", "192.0.2.2"])))
    target = reports / "threats.jsonl"
    done = call(monkeypatch, "threats", "export", "--output", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    events = [json.loads(line) for line in target.read_text().splitlines()]
    assert [one["source.ip"] for one in events] == [
        str(one.address) for one in Threat.objects.order_by("key")
    ]
    done = call(monkeypatch, "threats", "export", "--format", "csv")
    assert done.stdout.splitlines()[0].startswith("kind,threat_id,organisation,address")
    assert len(done.stdout.splitlines()) == 3
    kept = reports / "kept.jsonl"
    kept.write_text("before")
    assert (
        call(
            monkeypatch, "threats", "export", "--organisation", "Nobody", "--output", str(kept)
        ).exit_code
        == 1
    )
    assert kept.read_text() == "before", "an error leaves the file as it was"


SOURCES = """
[spool]
type = "directory"
path = "{path}"
settle_seconds = 0
after = "leave"
"""


def test_fetch(reports: Path, home: Path, monkeypatch: Patch) -> None:
    (home / "sources.toml").write_text(SOURCES.format(path=reports))
    report(reports, 0, ["192.0.2.1"])
    would = call(monkeypatch, "fetch", "--dry-run")
    assert (would.exit_code, "spool: would fetch" in would.stdout) == (0, True)
    assert Report.objects.count() == 0
    assert call(monkeypatch, "fetch").stdout == "spool: 1 fetched.\n"
    assert call(monkeypatch, "fetch").stdout == "spool: 0 fetched.\n"
    report(reports, 1, ["192.0.2.1", "nonsense"])
    done = call(monkeypatch, "fetch", "spool", "--json")
    (told,) = json.loads(done.stdout)["sources"]
    assert (done.exit_code, told["refused"], told["failures"]) == (2, 1, [])


def test_fetch_from_where_nothing_is(reports: Path, home: Path, monkeypatch: Patch) -> None:
    """A failing source does not keep the others from being taken."""
    text = SOURCES.format(path=reports / "none").replace("[spool]", "[broken]")
    (home / "sources.toml").write_text(text + SOURCES.format(path=reports))
    report(reports, 0, ["192.0.2.1"])
    done = call(monkeypatch, "fetch")
    assert done.exit_code == 1
    assert "spool: 1 fetched." in done.stdout
    assert "broken: " in done.stderr
    (home / "sources.toml").write_text("[spool]\ntype = 'pigeon'\n")
    assert call(monkeypatch, "fetch").exit_code == 1

"""Each report exactly once, all of its rows accounted for, and no secret in clear."""

import gzip
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, OperationalError, connection
from psycopg.errors import DeadlockDetected

from tests.threats.files import FOREVER, NOW, asset_map, day, report, take
from tocsin.database.scope import staff_scope
from tocsin.intake import feed_specs
from tocsin.intake.containers import Limits, Member
from tocsin.intake.formats import reading
from tocsin.intake.models import FeedDay, RefusedRow, Report
from tocsin.intake.observations import read_rows
from tocsin.intake.raw import unseal
from tocsin.threats import ingest as ingesting
from tocsin.threats.models import Threat
from tocsin.threats.preparing import Piece
from tocsin.threats.report import ReportWriter

ADDRESSES = [f"192.0.2.{number}" for number in range(1, 40)]


def state() -> list[tuple[Any, ...]]:
    """Everything that an ingest leaves, but for numbers given in passing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.name, t.key, t.organisation_id, t.address, t.domain, t.first_seen,"
            " t.last_seen, t.opened_at, t.state_since, t.last_day, t.times_seen, t.state,"
            " t.notice, t.recurrences FROM threat t JOIN threat_kind k ON k.id = t.kind_id"
            " ORDER BY 1, 2"
        )
        threats = cursor.fetchall()
        cursor.execute(
            "SELECT k.name, organisation_id, day, observations, threats, new, reopened, gone"
            " FROM daily_count d JOIN threat_kind k ON k.id = d.kind_id ORDER BY 1, 2, 3"
        )
        counts = cursor.fetchall()
        cursor.execute("SELECT key, at, from_state, to_state FROM threat_change ORDER BY 1, 2, 4")
        return [*threats, *counts, *cursor.fetchall()]


def files(home: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in (home / "observations").rglob("*.parquet")}


def found_keys() -> list[UUID]:
    return list(Threat.objects.values_list("key", flat=True))


def zipped(path: Path) -> Path:
    made = path.with_suffix(".zip")
    with zipfile.ZipFile(made, "w") as archive:
        archive.write(path, path.name)
    return made


def gzipped(path: Path) -> Path:
    made = path.with_suffix(".csv.gz")
    made.write_bytes(gzip.compress(path.read_bytes()))
    return made


def mailed(path: Path) -> Path:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "autoreports@feed.example", "Report"
    mail.set_content("The report is attached.")
    mail.add_attachment(
        path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name
    )
    made = path.with_suffix(".eml")
    made.write_bytes(mail.as_bytes())
    return made


@pytest.mark.parametrize("packed", [lambda path: path, zipped, gzipped, mailed])
def test_the_same_content_again_changes_nothing(
    installation: Path, tmp_path: Path, packed: Callable[[Path], Path]
) -> None:
    path = report(tmp_path, 0, ADDRESSES)
    take(path)
    before = state()
    summary = take(packed(path))
    assert [one.state for one in summary.outcomes] == ["known"]
    assert state() == before
    assert Report.objects.count() == 1


def test_one_by_one_all_at_once_or_in_an_archive(installation: Path, tmp_path: Path) -> None:
    def country(folder: Path) -> list[Path]:
        folder.mkdir()
        return [
            report(folder, n, ADDRESSES[n % 3 : 30 - n], kind=kind)
            for n in range(6)
            for kind in ("scan_rdp", "event4_sinkhole")
        ]

    results = []
    for name in ("single", "folder", "archive"):
        paths = country(tmp_path / name)
        if name == "archive":
            archive = tmp_path / "all.zip"
            with zipfile.ZipFile(archive, "w") as target:
                for path in reversed(paths):
                    target.write(path, path.name)
            take(archive)
        elif name == "folder":
            take(tmp_path / name)
        else:
            for path in paths:
                take(path)
        results.append(state())
        with connection.cursor() as cursor:
            for table in ("threat", "daily_count", "threat_change", "feed_day", "report"):
                cursor.execute(f"DELETE FROM {table}")
    assert len(results[0]) > len(ADDRESSES)
    assert results[0] == results[1] == results[2]


def test_rows_are_observations_or_refused(installation: Path, tmp_path: Path) -> None:
    path = report(tmp_path, 0, [*ADDRESSES, "not an address", ""])
    with path.open("a") as file:
        file.write("yesterday,high,192.0.2.77,tcp,3389,,,,\n")
        file.write("2026-03-01 09:00:00,high,192.0.2.78,tcp,3389,,,,,one,too,many\n")
    (outcome,) = take(path).outcomes
    assert outcome.rows == outcome.observations + outcome.refused == len(ADDRESSES) + 4
    kept = RefusedRow.objects.order_by("line")
    assert [(row.line, row.reason) for row in kept] == [
        (len(ADDRESSES) + 2, "no-affected-party"),
        (len(ADDRESSES) + 3, "no-affected-party"),
        (len(ADDRESSES) + 4, "bad-timestamp"),
        (len(ADDRESSES) + 5, "too-many-fields"),
    ]
    assert all(row.file == str(path) for row in kept)


def test_an_unreadable_file_is_kept_as_refused_and_the_rest_goes_on(
    installation: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "broken.zip"
    bad.write_bytes(b"PK\x03\x04 no archive")
    good = report(tmp_path, 0, ADDRESSES)
    for _ in range(2):
        summary = take(bad, good)
        assert summary.files("refused") == 1
    assert RefusedRow.objects.filter(file__startswith=str(bad)).count() == 1
    assert Threat.objects.count() == len(ADDRESSES)


@pytest.mark.parametrize("pack", [gzipped, zipped])
def test_of_a_report_that_was_cut_off_the_beginning_is_taken(
    installation: Path, tmp_path: Path, pack: Callable[[Path], Path]
) -> None:
    path = report(tmp_path, 0, [f"192.0.2.{n % 250}" for n in range(5000)])
    packed = pack(path)
    packed.write_bytes(packed.read_bytes()[: packed.stat().st_size * 2 // 3])
    path.unlink()
    outcome = take(packed).outcomes[-1]
    assert outcome.rows == outcome.observations + outcome.refused
    assert outcome.observations > 2000
    assert outcome.reasons[-1][1] == "damaged-archive"
    assert outcome.reasons[-1][0] > outcome.observations
    assert FeedDay.objects.get().state == "short"
    before = state()
    assert take(packed).outcomes[-1].state == "known"
    assert state() == before


def test_the_whole_report_after_one_that_was_cut_off_makes_the_day_good(
    installation: Path, tmp_path: Path
) -> None:
    path = report(tmp_path, 0, [f"192.0.2.{n % 250}" for n in range(5000)])
    cut = tmp_path / "cut" / path.name
    cut.parent.mkdir()
    cut.write_bytes(gzip.compress(path.read_bytes())[:-400])
    assert take(cut).files("taken") == 1
    assert FeedDay.objects.get().state == "short"
    assert take(path).files("taken") == 1
    assert FeedDay.objects.get().state == "healthy"


@pytest.mark.parametrize("damage", ["bit", "bomb"])
def test_a_file_that_cannot_be_relied_on_is_refused_and_the_rest_goes_on(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    first, second = (report(tmp_path, n, ADDRESSES * 200) for n in range(2))
    packed = bytearray(gzip.compress(first.read_bytes()))
    if damage == "bit":
        packed[-6] ^= 1
    else:
        strict = Limits(ratio=1, ratio_from=100_000)
        monkeypatch.setattr("tocsin.intake.containers.opening.Limits", lambda: strict)
    first.unlink()
    bad = tmp_path / f"{first.name}.gz"
    bad.write_bytes(bytes(packed))
    summary = take(bad, second)
    assert [(one.state, one.observations) for one in summary.outcomes] == [
        ("refused", 0),
        ("taken", len(ADDRESSES) * 200),
    ]
    assert RefusedRow.objects.get().reason in ("damaged-archive", "unpacks-too-large")


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf", b"\0\0"])
def test_an_empty_file_is_no_day_without_findings(
    installation: Path, tmp_path: Path, content: bytes
) -> None:
    path = report(tmp_path, 0, [])
    path.write_bytes(content)
    (outcome,) = take(path).outcomes
    assert outcome.reasons == ((0, "empty-file", "there is nothing in it"),)
    assert not FeedDay.objects.exists()


@pytest.mark.parametrize("before", [b"# exported by hand\n", b"sep=,\r\n", b"\n\n"])
def test_lines_before_the_header_cost_no_row(
    installation: Path, tmp_path: Path, before: bytes
) -> None:
    path = report(tmp_path, 0, ADDRESSES)
    path.write_bytes(before + path.read_bytes())
    (outcome,) = take(path).outcomes
    assert (outcome.observations, outcome.refused) == (len(ADDRESSES), 0)


def unforeseen(place: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that nobody has thought of happens to the report `name`: when it is looked at,
    when it has been read half, or when the database takes it."""

    def recognise(member: Member, *given: Any) -> Any:
        if member.name == name:
            raise ValueError("an unforeseen value")
        return feed_specs.recognise(member, *given)

    def read(member: Member, *given: Any) -> Any:
        yield from reading.read(member, *given)
        if member.name == name:
            raise LookupError("an unforeseen value")

    def add(writer: ReportWriter, piece: Piece) -> None:
        right_add(writer, piece)
        if writer.report.name == name:
            raise DataError("an unforeseen value")

    right_add = ReportWriter.add
    monkeypatch.setattr(*{
        "looked at": ("tocsin.threats.waiting.recognise", recognise),
        "read": ("tocsin.threats.preparing.read", read),
        "written": ("tocsin.threats.report.ReportWriter.add", add),
    }[place])  # fmt: skip


@pytest.mark.parametrize("place", ["looked at", "read", "written"])
def test_a_file_that_nobody_has_thought_of_does_not_stop_the_next(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    first = report(tmp_path, 0, ["192.0.2.200"])
    second = report(tmp_path, 1, ADDRESSES)
    with monkeypatch.context() as broken:
        unforeseen(place, first.name, broken)
        summary = take(first, second)
    assert sorted(one.state for one in summary.outcomes) == ["refused", "taken"]
    assert RefusedRow.objects.get().reason == "not-understood"
    assert "an unforeseen value" in RefusedRow.objects.get().detail
    assert Report.objects.count() == 1
    assert Threat.objects.count() == len(ADDRESSES)
    assert take(first).files("taken") == 1
    assert Threat.objects.count() == len(ADDRESSES) + 1


def test_a_name_with_a_day_that_is_none(installation: Path, tmp_path: Path) -> None:
    path = tmp_path / "openphish-20260231.txt"
    path.write_text("https://login.example.com/\n")
    (outcome,) = take(path).outcomes
    assert (outcome.state, outcome.observations) == ("taken", 1)
    assert Report.objects.get().day == NOW.date()


def test_a_file_with_only_a_header_is_a_healthy_day(installation: Path, tmp_path: Path) -> None:
    take(report(tmp_path, 0, []))
    (one,) = FeedDay.objects.all()
    assert (one.state, one.rows, one.kind) == ("healthy", 0, "scan_rdp")


def test_no_secret_in_clear_anywhere(installation: Path, tmp_path: Path) -> None:
    path = report(tmp_path, 0, ["jo@example.org", "no mail"], kind="compromised_account")
    take(path)
    stored = [file for file in installation.rglob("*") if file.is_file() and file != path]
    assert stored
    assert not [file for file in stored if b"hunter2-secret" in file.read_bytes()]
    assert "hunter2" not in " ".join(RefusedRow.objects.values_list("text", flat=True))
    assert unseal(installation, Report.objects.get().raw) == path.read_bytes()


def test_observations_are_found_by_threat(installation: Path, tmp_path: Path) -> None:
    take(report(tmp_path, 0, ADDRESSES))
    segments = Report.objects.get().segments
    wanted = Threat.objects.get(address="192.0.2.7")
    table = read_rows(installation, segments.values(), [wanted.key])
    assert table["ip"].to_pylist() == ["192.0.2.7"]
    assert table["_line"].to_pylist() == [8]
    assert table["_organisation"].to_pylist() == [1]


@pytest.mark.parametrize(
    "place", ["report.write", "report.add_daily", "ingest.keep_refused", "ingest.record_day"]
)
def test_a_crash_within_a_report_leaves_nothing_of_it(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path = report(tmp_path, 0, [*ADDRESSES, "bad"])

    def crash(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(f"tocsin.threats.{place}", crash)
        with pytest.raises(KeyboardInterrupt), staff_scope():
            take(path)
    assert Report.objects.count() == Threat.objects.count() == RefusedRow.objects.count() == 0
    take(path)
    assert Threat.objects.count() == len(ADDRESSES)
    assert RefusedRow.objects.count() == 1


def test_a_deadlock_is_tried_again(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [report(tmp_path, number, ADDRESSES) for number in range(3)]
    finish, failures = ReportWriter.finish, iter([False, True, True])

    def deadlocked(writer: ReportWriter) -> None:
        finish(writer)
        if next(failures, False):
            raise OperationalError("deadlock detected") from DeadlockDetected()

    monkeypatch.setattr(ReportWriter, "finish", deadlocked)
    assert [one.state for one in take(*paths).outcomes] == ["taken"] * 3
    assert set(Threat.objects.values_list("times_seen", flat=True)) == {3}


def test_what_is_known_is_not_written_again(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = report(tmp_path, 0, ADDRESSES)
    take(path)
    before = files(installation)
    nobody = asset_map((2, "203.0.113.0/24", FOREVER))
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: nobody)
    for known in (True, False):  # False: another command registers it at the same time
        monkeypatch.setattr("tocsin.threats.preparing._is_known", lambda digest, known=known: known)
        assert take(path).files("known") == 1
    assert files(installation) == before
    assert not list(installation.rglob("*.partial"))


def test_assets_that_change_while_reports_wait_count(
    installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [report(tmp_path, number, [f"192.0.2.{number + 1}"]) for number in range(5)]
    before, after = (asset_map((number, "192.0.2.0/24", FOREVER)) for number in (1, 2))
    asked = iter([before, before, before])
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: next(asked, after))
    take(*paths)
    found = Threat.objects.order_by("address").values_list("organisation_id", flat=True)
    assert list(found) == [1, 1, 2, 2, 2]
    for taken in Report.objects.order_by("day"):
        rows = read_rows(installation, taken.segments.values(), found_keys())
        assert rows["_organisation"].to_pylist() == [1 if taken.day < day(2) else 2]


@pytest.mark.usefixtures("committed_db")
def test_of_two_at_once_one_takes_the_report(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Thread

    from django.db import connections

    nobody = asset_map((1, "203.0.113.0/24", (0, 1)))
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: nobody)
    path = report(tmp_path, 0, ADDRESSES)
    found: list[str] = []

    def run() -> None:
        found.extend(one.state for one in ingesting.ingest([path], NOW).outcomes)
        connections.close_all()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["known", "known", "known", "taken"]
    with staff_scope():
        assert set(Threat.objects.values_list("times_seen", flat=True)) == {1}

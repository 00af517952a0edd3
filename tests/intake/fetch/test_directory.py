import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.intake.fetch.memories import Remembered
from tocsin.intake.fetch.directory import Directory
from tocsin.intake.fetch.items import FetchError

NOW = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)


def put(path: Path, text: str = "a,b\n1,2\n", age: float = 60) -> Path:
    path.write_text(text)
    moment = NOW.timestamp() - age
    os.utime(path, (moment, moment))
    return path


def names(directory: Directory, memory: Remembered) -> list[str]:
    """Takes everything and gives the names."""
    taken = []
    for item in directory.items(memory, NOW):
        item.save(io.BytesIO())
        memory.take(item)
        taken.append(item.name)
    return taken


def watched(path: Path, **settings: object) -> Directory:
    return Directory(path, sleep=lambda seconds: None, **settings)  # type: ignore[arg-type]


def test_only_calm_regular_matching_files_are_taken(tmp_path: Path) -> None:
    put(tmp_path / "b.csv")
    put(tmp_path / "a.csv")
    put(tmp_path / "young.csv", age=5)
    for name in ("c.csv.part", ".hidden.csv", "d.csv~", "note.txt"):
        put(tmp_path / name)
    (tmp_path / "sub.csv").mkdir()
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.csv")
    assert names(watched(tmp_path, pattern="*.csv"), Remembered()) == ["a.csv", "b.csv"]


def test_a_file_that_grows_between_two_looks_waits(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv")
    directory = Directory(tmp_path, sleep=lambda seconds: put(path, "more"))
    assert names(directory, Remembered()) == []


def test_a_file_that_changes_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv")
    item = next(watched(tmp_path).items(Remembered(), NOW))
    put(path, "longer than it was before")
    with pytest.raises(FetchError, match="changed while it was read"):
        item.save(io.BytesIO())


def test_left_files_are_taken_once_and_again_when_replaced(tmp_path: Path) -> None:
    memory = Remembered()
    put(tmp_path / "a.csv")
    directory = watched(tmp_path)
    assert names(directory, memory) == ["a.csv"]
    assert names(directory, memory) == []
    put(tmp_path / "a.csv", "a,b\n3,4\n", age=30)
    assert names(directory, memory) == ["a.csv"]


def test_moved_files_never_replace_one_another(tmp_path: Path) -> None:
    memory = Remembered()
    directory = watched(tmp_path, after="move", done=tmp_path / "done")
    for text in ("1", "22"):
        put(tmp_path / "a.csv", text)
        assert names(directory, memory) == ["a.csv"]
    assert sorted(path.name for path in (tmp_path / "done").iterdir()) == ["a-2.csv", "a.csv"]
    assert (tmp_path / "done/a.csv").read_text() == "1"


def test_a_file_replaced_after_reading_is_not_removed(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv")
    item = next(watched(tmp_path, after="delete").items(Remembered(), NOW))
    item.save(io.BytesIO())
    put(path, "something new")
    item.finish()
    assert path.read_text() == "something new"


def test_what_a_broken_run_took_is_removed_by_the_next(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv")
    memory = Remembered()
    directory = watched(tmp_path, after="delete")
    memory.keys.add(next(directory.items(memory, NOW)).key)
    assert names(directory, memory) == []
    assert not path.exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="No such file"):
        names(watched(tmp_path / "none"), Remembered())


def test_a_file_that_went_away_is_an_error_of_its_own(tmp_path: Path) -> None:
    first, second = put(tmp_path / "a.csv"), put(tmp_path / "b.csv")
    gone, there = watched(tmp_path).items(Remembered(), NOW)
    first.unlink()
    with pytest.raises(FetchError, match="cannot be read"):
        gone.save(io.BytesIO())
    target = io.BytesIO()
    there.save(target)
    assert target.getvalue() == second.read_bytes()

import errno
import os
import stat
from pathlib import Path

import pytest

from tocsin.database.home import MARK, Home, open_home
from tocsin.errors import TocsinError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs to give files away")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_makes_a_private_folder_and_its_parents_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home = open_home(tmp_path / "a" / "b")
        folder = home.folder("outbox")
    finally:
        os.umask(before)
    assert mode(home.path) == 0o700
    assert mode(folder) == 0o700
    assert (home.uid, home.gid) == (os.geteuid(), os.getegid())


def test_opens_the_same_home_again(tmp_path: Path) -> None:
    first = open_home(tmp_path / "home")
    (first.folder("keys") / "x").touch()
    assert open_home(tmp_path / "home") == first


def test_takes_back_a_mode_that_was_loosened(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    home.path.chmod(0o755)
    open_home(home.path)
    assert mode(home.path) == 0o700


def test_follows_a_link_and_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    monkeypatch.chdir(tmp_path)
    assert open_home(Path("link")).path == tmp_path / "disk"


def test_takes_an_empty_folder_such_as_a_fresh_disk(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "lost+found").mkdir()
    assert mode(open_home(tmp_path).path) == 0o700


def test_takes_a_private_folder_that_holds_the_administrators_files(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "notes.txt").touch()
    assert (open_home(tmp_path).path / MARK).exists()


@pytest.mark.parametrize("given", [0o755, 0o750, 0o1777, 0o777])
def test_leaves_a_folder_with_another_purpose_as_it_is(tmp_path: Path, given: int) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "somebody's work").touch()
    folder.chmod(given)
    with pytest.raises(TocsinError, match="another purpose") as refused:
        open_home(folder)
    assert "TOCSIN_HOME" in refused.value.hint
    assert mode(folder) == given
    assert not (folder / MARK).exists()


def test_refuses_an_empty_folder_that_everybody_may_write_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(TocsinError, match="other users may write"):
        open_home(tmp_path)


def test_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TocsinError, match="not a folder"):
        open_home(tmp_path / "file")


def test_says_what_it_cannot_make(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TocsinError, match="Cannot make the folder") as refused:
        open_home(tmp_path / "file" / "home")
    assert refused.value.hint


def test_says_that_a_folder_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only disk; root may write to a folder whatever its mode."""

    def closed(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "x")

    monkeypatch.setattr(Home, "write_private", closed)
    with pytest.raises(TocsinError, match="cannot be written to: Read-only") as refused:
        open_home(tmp_path)
    assert "TOCSIN_HOME" in refused.value.hint


def test_refuses_another_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path.stat().st_uid + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(TocsinError, match="belongs to another user") as refused:
        open_home(tmp_path)
    assert "that user" in refused.value.hint


@as_root
def test_root_gives_what_it_makes_to_the_owner_of_the_home(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    home = open_home(tmp_path)
    home.write_private(home.folder("keys") / "secret", "s")
    made = [tmp_path / MARK, tmp_path / "keys", tmp_path / "keys/secret"]
    assert {path.stat().st_uid for path in made} == {12345}


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    home = Home(tmp_path, os.geteuid(), os.getegid())
    secret = tmp_path / "secret"
    secret.write_text("old and longer")
    secret.chmod(0o644)
    home.write_private(secret, "new")
    assert secret.read_text() == "new"
    assert mode(secret) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]

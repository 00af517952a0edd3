import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from tocsin.database import binaries
from tocsin.database.account import Account
from tocsin.errors import TocsinError

SELF = Account("self", os.geteuid(), os.getegid(), switched=False)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs to become another user")


@pytest.fixture
def nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account("nobody", entry.pw_uid, entry.pw_gid, switched=True)


@pytest.mark.parametrize("version", [16, 18])
def test_finds_the_programs(version: int) -> None:
    answer = subprocess.check_output([binaries.find(version) / "postgres", "--version"], text=True)
    assert answer.startswith(f"postgres (PostgreSQL) {version}.")


def test_a_version_that_is_not_there() -> None:
    with pytest.raises(TocsinError, match=r"of PostgreSQL 17; embedded are versions 18 and 16"):
        binaries.find(17)


def test_without_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "PACKAGE", "no_such_package")
    with pytest.raises(TocsinError, match="not installed") as refused:
        binaries.find(18)
    assert "DATABASE_URL" in refused.value.hint


def test_the_user_himself_needs_no_copy(tmp_path: Path) -> None:
    assert binaries.reachable(tmp_path, SELF) == tmp_path


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """The programs below a folder such as /root, which only root can enter."""
    source = binaries.find(18).parent
    site = tmp_path / "private"
    site.mkdir(mode=0o700)
    shutil.copytree(source, site / binaries.PACKAGE / source.name)
    libraries = source.parent.parent / binaries.LIBRARIES
    if libraries.is_dir():
        shutil.copytree(libraries, site / binaries.LIBRARIES)
    return site / binaries.PACKAGE / source.name / "bin"


@needs_root
def test_copies_where_the_account_may_run_them(
    private: Path, passable: Path, nobody: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    squatted = passable / "squatted"
    squatted.mkdir()
    os.chown(squatted, nobody.uid, nobody.gid)
    shared = passable / "shared"
    monkeypatch.setattr(binaries, "COPIES", (str(squatted), str(shared)))
    before = os.umask(0o077)
    try:
        copy = binaries.reachable(private, nobody)
    finally:
        os.umask(before)
    assert shared in copy.parents
    assert not list(squatted.iterdir())
    assert not [p for p in shared.rglob("*") if p.stat().st_uid or p.stat().st_mode & 0o022]
    marker = copy / "marker"
    marker.touch()
    assert binaries.reachable(private, nobody) == copy
    assert marker.exists(), "made once, not every time"


@needs_root
def test_a_folder_that_others_can_change_is_not_trusted(
    private: Path, passable: Path, nobody: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = passable / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    monkeypatch.setattr(binaries, "COPIES", (str(loose),))
    with pytest.raises(TocsinError, match="cannot run the programs") as refused:
        binaries.reachable(private, nobody)
    assert "/opt" in refused.value.hint

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.database import account
from tocsin.database.home import Home
from tocsin.errors import TocsinError

Who = dict[str, pwd.struct_passwd]


def entry(name: str, uid: int) -> pwd.struct_passwd:
    return pwd.struct_passwd((name, "x", uid, uid, "", "/nonexistent", "/usr/sbin/nologin"))


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch) -> Who:
    """A machine with root, nobody and alice, where this process is root."""
    known = {e.pw_name: e for e in (entry("root", 0), entry("nobody", 65534), entry("alice", 1000))}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_by_name", known.get)
    by_id: Callable[[int], pwd.struct_passwd | None] = lambda uid: next(  # noqa: E731
        (e for e in known.values() if e.pw_uid == uid), None
    )
    monkeypatch.setattr(account, "_by_id", by_id)
    monkeypatch.setattr(account, "_create", lambda: None)
    return known


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, 0, 0)


def test_an_ordinary_user_runs_it_himself(home: Home, users: Who, patch_uid: None) -> None:
    chosen = account.choose(home, home.path / "postgres", {account.SETTING: "nobody"})
    assert (chosen.name, chosen.uid, chosen.switched) == ("alice", 1000, False)


@pytest.fixture
def patch_uid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_a_user_without_a_name_is_told(home: Home, users: Who, patch_uid: None) -> None:
    del users["alice"]
    with pytest.raises(TocsinError, match="id 1000 has no name") as refused:
        account.choose(home, home.path / "postgres", {})
    assert "/etc/passwd" in refused.value.hint


def test_a_database_that_root_made_is_not_a_users(home: Home, users: Who, patch_uid: None) -> None:
    with pytest.raises(TocsinError, match="belongs to another user"):
        account.choose(home, Path("/"), {})


def test_root_takes_the_user_that_was_named(home: Home, users: Who) -> None:
    chosen = account.choose(home, home.path / "postgres", {account.SETTING: "alice"})
    assert (chosen.name, chosen.switched) == ("alice", True)


@pytest.mark.parametrize(("name", "why"), [("bob", "does not exist"), ("root", "names root")])
def test_root_is_told_of_a_bad_name(home: Home, users: Who, name: str, why: str) -> None:
    with pytest.raises(TocsinError, match=why):
        account.choose(home, home.path / "postgres", {account.SETTING: name})


def test_root_takes_the_owner_of_the_home(tmp_path: Path, users: Who) -> None:
    chosen = account.choose(Home(tmp_path, 1000, 1000), tmp_path / "postgres", {})
    assert chosen.name == "alice"


def test_root_makes_a_user_of_its_own(
    home: Home, users: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "_create", lambda: entry(account.NAME, 999))
    assert account.choose(home, home.path / "postgres", {}).name == "tocsin-postgres"
    users[account.NAME] = entry(account.NAME, 998)
    assert account.choose(home, home.path / "postgres", {}).uid == 998


def test_root_falls_back_to_nobody(home: Home, users: Who) -> None:
    assert account.choose(home, home.path / "postgres", {}).name == "nobody"
    del users["nobody"]
    with pytest.raises(TocsinError, match="refuses to run as root") as refused:
        account.choose(home, home.path / "postgres", {})
    assert account.SETTING in refused.value.hint


@pytest.mark.skipif(os.getuid() != 0, reason="needs to give a folder away")
def test_whoever_owns_the_data_goes_on_running_it(home: Home, users: Who) -> None:
    folder = home.path / "postgres"
    folder.mkdir()
    os.chown(folder, 1000, 1000)
    assert account.choose(home, folder, {account.SETTING: "nobody"}).name == "alice"

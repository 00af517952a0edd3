import os
import shutil
import sys
from types import SimpleNamespace

import pytest

from tocsin.cli.checks import installation
from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Place

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs to give files away")


def test_a_fresh_home_is_well(place: Place) -> None:
    assert {check(place).state for check in installation.CHECKS} <= {OK, WARNING}


@pytest.mark.parametrize(
    ("version", "state"), [((3, 11, 2), OK), ((3, 13, 9), OK), ((3, 14, 0), WARNING)]
)
def test_python(
    place: Place, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], state: str
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert installation.python(place).state == state


def test_an_open_home(place: Place) -> None:
    place.home.chmod(0o750)
    found = installation.home_mode(place)
    assert found.state == PROBLEM
    assert found.todo == f"chmod 700 {place.home}"


@as_root
def test_files_of_root_in_a_users_home(place: Place) -> None:
    os.chown(place.home, 12345, 12345)
    found = installation.home_owner(place)
    assert found.state == PROBLEM
    assert "chown -R 12345" in found.todo
    assert str(place.home / "tocsin-home") in found.what


@pytest.mark.parametrize(
    ("free", "state"), [(50 << 30, OK), (2 << 30, WARNING), (100 << 20, PROBLEM)]
)
def test_disk(place: Place, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert installation.disk(place).state == state


@pytest.mark.parametrize(("mode", "content"), [(0o644, "k"), (0o600, "")])
def test_keys_that_are_open_or_empty(place: Place, mode: int, content: str) -> None:
    key = place.home / "keys/openpgp"
    key.parent.mkdir()
    key.write_text(content)
    key.chmod(mode)
    found = installation.secrets(place)
    assert found.state == PROBLEM
    assert str(key) in found.what


def test_sealed_reports_without_their_key(place: Place) -> None:
    copy = place.home / "reports/ab/abcd.zst.age"
    copy.parent.mkdir(parents=True)
    copy.touch()
    assert installation.sealed_copies(place).state == PROBLEM
    (place.home / "keys").mkdir()
    (place.home / "keys/reports.age").touch()
    assert installation.sealed_copies(place).state == OK


@as_root
@pytest.mark.parametrize(("owner", "state"), [(65534, WARNING), (12345, OK)])
def test_who_runs_postgresql(place: Place, owner: int, state: str) -> None:
    (place.home / "postgres").mkdir()
    os.chown(place.home / "postgres", owner, owner)
    assert installation.postgres_account(place).state == state

"""The command as people call it, in a process of its own."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.database.servers import SOURCE, runs
from tocsin.cli import doctor
from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Finding, Place
from tocsin.database.embedded import Embedded
from tocsin.database.home import open_home

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MIGRATE = "from tocsin.database.setup import open_database; open_database()"


def called(home: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    done = run(home, "-m", "tocsin", "doctor", *arguments, **settings)
    assert done.stderr == ""
    return done.returncode, done.stdout


def run(home: Path, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": SOURCE, "TOCSIN_HOME": str(home)} | settings
    environment["DJANGO_SETTINGS_MODULE"] = "tocsin.settings"
    return subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )


def test_where_nothing_is_it_makes_nothing(tmp_path: Path) -> None:
    status, said = called(tmp_path / "none")
    assert status == 0
    assert "There is no installation" in said
    assert not (tmp_path / "none").exists()


def test_a_sound_installation_and_one_with_a_problem(own_home: Path) -> None:
    assert run(own_home, "-c", MIGRATE).returncode == 0
    status, said = called(own_home)
    assert status == 0, said
    assert "0 problems, 1 warnings." in said
    own_home.chmod(0o755)
    status, said = called(own_home, "--json")
    told = json.loads(said)
    assert (status, told["problems"], told["warnings"]) == (1, 1, 1)
    (problem,) = [one for one in told["findings"] if one["state"] == PROBLEM]
    assert problem["check"] == "home mode"
    assert problem["todo"].startswith("chmod 700")
    assert not runs(Embedded(own_home))


def test_a_database_that_cannot_be_had_is_told_with_the_rest(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home").path
    status, said = called(home, DATABASE_URL="postgresql://a:secret-word@127.0.0.1:1/x")
    assert status == 1
    assert "PROBLEM  database: The database server does not let us in" in said
    assert "ok       python" in said
    assert "secret-word" not in said


def test_a_check_that_fails_is_a_finding(tmp_path: Path) -> None:
    def broken(place: Place) -> Finding:
        raise ZeroDivisionError("oops")

    place = Place(tmp_path, NOW, NOW)
    name, finding = doctor._one(broken, place, scoped=False)
    assert (name, finding.state) == ("broken", PROBLEM)
    assert "ZeroDivisionError: oops" in finding.what


@pytest.mark.parametrize("order", [(OK, WARNING, PROBLEM), (PROBLEM, OK, WARNING)])
def test_problems_stand_last(order: tuple[str, ...]) -> None:
    said = doctor._as_text([(state, Finding(state, "w", "t")) for state in order])
    assert said.index("ok: w") < said.index("warning: w") < said.index("problem: w")
    assert said.endswith("1 problems, 1 warnings.")

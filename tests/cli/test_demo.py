import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.database.servers import SOURCE
from tocsin.cli import demo
from tocsin.cli.demo import calling

SMALL = ("--no-serve", "--days", "2", "--rows", "900", "--json")


def _run(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *arguments],
        env=os.environ | {"PYTHONPATH": SOURCE, "TOCSIN_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_at_once_in_one_home_tell_the_story_once(own_home: Path) -> None:
    """The second must not write the reports anew while the first reads them."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: _run(own_home, "demo", *SMALL), range(2))
    assert (first.stderr, second.stderr) == ("", "")
    assert first.stdout == second.stdout
    found = json.loads(first.stdout)
    assert found["organisations_alerted"] == found["mails"] == len(list(own_home.glob("outbox/*")))
    assert sum(day["observations"] for day in found["days"]) == found["observations"]
    status = json.loads(_run(own_home, "status", "--json").stdout)
    assert status == {name: found[name] for name in status}
    known = json.loads((own_home / "demo.json").read_text("utf-8"))
    assert known["url"] == "http://127.0.0.1:8000"
    code = _run(own_home, "people", "code", known["roles"]["analyst"]["email"]).stdout.strip()
    assert len(code) == 6
    assert code.isdigit()
    assert _run(own_home, "people", "code", "ann@authority.example").returncode == 1
    other = _run(own_home, "demo", *SMALL, "--seed", "2")
    assert other.returncode == 1
    assert "holds another demo: seed 1, 2 days" in other.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--days", "0"), "1 to 90 days"),
        (("--days", "91"), "1 to 90 days"),
        (("--seed", "-1"), "a seed from 0"),
        (("--days", "x"), "not a valid integer"),
        (("--rows", "-1"), "not in the range"),
        (("--rows", "900000000"), "2 000 000 threats"),
        (("--port", "0"), "not in the range"),
    ],
)
def test_a_number_that_makes_no_demo_is_refused_before_anything_is_made(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = _run(tmp_path / "home", "demo", "--no-serve", *arguments)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_port_that_is_taken_is_told_before_the_story(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((demo.HOST, 0))
        taken.listen()
        done = _run(tmp_path / "home", "demo", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "Choose another" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an environment of its own, as `make` leaves it, and we are in it."""
    program = tmp_path / ".venv/bin/tocsin"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(settings, "TOCSIN_HOME", tmp_path / "tocsin-data")
    return program


def test_the_next_steps_can_be_typed_as_they_stand(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/tocsin", "demo"])
    assert calling() == ".venv/bin/tocsin"
    monkeypatch.setattr(settings, "TOCSIN_HOME", Path("/srv/a home"))
    assert calling() == "TOCSIN_HOME='/srv/a home' .venv/bin/tocsin"
    assert calling(elsewhere=True) == ".venv/bin/tocsin"
    monkeypatch.setattr(sys, "argv", ["/somewhere/tocsin/__main__.py", "demo"])
    assert calling(elsewhere=True) == "python -m tocsin"


def test_the_name_alone_is_enough_where_the_shell_finds_this_very_program(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(checkout)])
    monkeypatch.setenv("PATH", str(checkout.parent))
    assert calling() == "tocsin"
    other = checkout.with_name("elsewhere")
    other.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(other)])
    assert calling() == ".venv/bin/elsewhere"
    other.unlink()  # as when a test runner calls it
    assert calling() == ".venv/bin/elsewhere"

"""The door: what every command does with its errors, and what it loads."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tests.cli.test_doctor import run
from tests.database.servers import ask, runs
from tocsin import __version__, cli
from tocsin.database.embedded import Embedded
from tocsin.errors import TocsinError


def door(*words: str) -> "subprocess.CompletedProcess[str]":
    """In a process of its own: click keeps what it once worked out for a command."""
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command_in_order(option: str) -> None:
    done = door(option)
    assert done.returncode == 0
    places = [done.stdout.index(f"\n  {name} ") for name in sorted(cli.COMMANDS)]
    assert places == sorted(places)


def every_command() -> Iterator[Any]:
    context = click.Context(cli.tocsin)
    for name in cli.COMMANDS:
        command = cli.tocsin.get_command(context, name)
        yield pytest.param(command, id=name)
        if isinstance(command, click.Group):
            for each, inner in command.commands.items():
                yield pytest.param(inner, id=f"{name} {each}")


@pytest.mark.parametrize("command", [*every_command()])
def test_every_command_explains_itself(command: click.Command) -> None:
    done = CliRunner().invoke(command, ["--help"], catch_exceptions=False)
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) > 4


@pytest.mark.parametrize("words", [("people", "add", "--help"), ("people", "add"), ("threats",)])
def test_help_and_wrong_words_make_nothing(own_home: Path, words: tuple[str, ...]) -> None:
    """Neither an installation nor a server, in whatever folder one happens to be."""
    assert run(own_home, "-m", "tocsin", *words).returncode == (0 if "--help" in words else 2)
    assert not own_home.exists()


def test_the_version_and_a_word_that_is_no_command() -> None:
    assert __version__ in door("--version").stdout
    done = door("staus")
    assert (done.returncode, "staus" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("hint", "lines"),
    [("", ["tocsin: It broke."]), ("Mend it.", ["tocsin: It broke.", "  Mend it."])],
)
def test_an_expected_failure_is_two_lines_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], hint: str, lines: list[str]
) -> None:
    @click.command()
    def broken() -> None:
        raise TocsinError("It broke.", hint)

    monkeypatch.setattr(cli, "tocsin", lambda: broken([], standalone_mode=True))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines() == lines


def test_help_loads_neither_django_nor_polars() -> None:
    """It answers at once."""
    code = (
        "import sys; from click.testing import CliRunner; from tocsin.cli import tocsin;"
        "CliRunner().invoke(tocsin, ['--version']);"
        "print([name for name in ('django', 'pyarrow', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


Called = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def called(own_home: Path) -> Called:
    """`tocsin …` in a process of its own, in a home of its own."""
    return lambda *words: run(own_home, "-m", "tocsin", *words)


def test_a_worker_without_waiting_does_what_is_there_and_ends(
    own_home: Path, called: Called
) -> None:
    assert called("status").returncode == 0
    server = Embedded(own_home)
    server.ensure_running()
    ask(
        server,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " SELECT 'feeds', 'tocsin.threats.sweep', '{\"timestamp\": 0}' FROM generate_series(1, 3)",
        "postgres",
    )
    done = called("work", "--no-wait")
    assert (done.returncode, done.stdout) == (0, "")
    left = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tocsin.threats.sweep'"
    assert ask(server, left, "postgres") == [(0,)]
    server.release()
    assert not runs(server)


def test_a_home_that_cannot_be_is_said_in_words(called: Called, own_home: Path) -> None:
    own_home.write_text("a file")
    for words in (["status"], ["ingest", "x.csv"], ["fetch"], ["threats", "export"], ["work"]):
        done = called(*words)
        assert done.returncode == 1, words
        assert done.stderr.startswith("tocsin: "), done.stderr
        assert "Traceback" not in done.stderr
    own_home.unlink()

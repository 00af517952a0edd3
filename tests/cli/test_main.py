"""The door: what every command does with its errors, and what it loads."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from django.conf import settings

from tests.cli.test_doctor import run
from tests.database.servers import ask, runs
from tocsin import __version__, cli
from tocsin.database.embedded import Embedded
from tocsin.errors import TocsinError


def test_help_names_every_command_in_order() -> None:
    done = CliRunner().invoke(cli.tocsin, ["--help"])
    assert done.exit_code == 0
    places = [done.stdout.index(f"\n  {name} ") for name in sorted(cli.COMMANDS)]
    assert places == sorted(places)


def every_command() -> Iterator[tuple[str, ...]]:
    context = click.Context(cli.tocsin)
    for name in cli.COMMANDS:
        command = cli.tocsin.get_command(context, name)
        yield (name,)
        if isinstance(command, click.Group):
            yield from ((name, each) for each in command.commands)


@pytest.mark.parametrize("words", [*every_command()], ids=" ".join)
def test_every_command_explains_itself_and_makes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Neither an installation nor a server, in whatever folder one happens to be."""
    monkeypatch.setattr(settings, "TOCSIN_HOME", tmp_path / "home")
    done = CliRunner().invoke(cli.tocsin, [*words, "--help"], catch_exceptions=False)
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) > 4
    assert not (tmp_path / "home").exists()


def test_the_version_and_a_word_that_is_no_command() -> None:
    assert __version__ in CliRunner().invoke(cli.tocsin, ["--version"]).stdout
    done = CliRunner().invoke(cli.tocsin, ["staus"])
    assert (done.exit_code, "staus" in done.stderr) == (2, True)


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

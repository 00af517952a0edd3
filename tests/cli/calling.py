"""Commands as people call them, on the test's database."""

import importlib

import pytest
from click.testing import CliRunner, Result

from tocsin.cli import COMMANDS
from tocsin.errors import TocsinError


def call(monkeypatch: pytest.MonkeyPatch, *words: str, typed: str = "") -> Result:
    """As `tocsin WORDS`; an expected failure ends with 1 and its message, as in `main`."""
    module, name = COMMANDS[words[0]].split(":")
    loaded = importlib.import_module(module)
    monkeypatch.setattr("tocsin.database.setup.open_database", lambda: None)
    if hasattr(loaded, "open_database"):
        monkeypatch.setattr(loaded, "open_database", lambda: None)
    done = CliRunner().invoke(getattr(loaded, name), list(words[1:]), input=typed)
    if isinstance(done.exception, TocsinError):
        done.stderr_bytes = f"{done.exception} {done.exception.hint}".encode()
    elif done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done

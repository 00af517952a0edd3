import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.alerts.country import NOW
from tocsin.alerts.incoming import take
from tocsin.alerts.mailbox import collect
from tocsin.cli import status as command
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Run]:
    monkeypatch.setattr(command, "open_database", lambda: None)

    def run(*words: str) -> str:
        return CliRunner().invoke(command.status, list(words), catch_exceptions=False).output

    with staff_scope():
        yield run


def test_without_a_mailbox_nothing_is_said_of_mails_to_us(run: Run) -> None:
    assert "Mails to us" not in run()
    found = json.loads(run("--json"))
    assert (found["mailbox"], found["mailbox_trouble"], found["mails_to_read"]) == ("", "", 0)


def test_a_mailbox_that_is_not_read_and_mails_that_wait_are_told(
    run: Run, settings: Any, tmp_path: Path
) -> None:
    settings.TOCSIN_MAILDIR = str(tmp_path / "nowhere")
    take(b"From: jo@x.example\r\n\r\nhello", NOW)
    collect(NOW)
    said = " ".join(run().split())
    assert "1 wait for a person" in said
    assert "NOT READ: maildir" in said
    found = json.loads(run("--json"))
    assert "cannot be read" in found["mailbox_trouble"]
    assert found["mails_to_read"] == 1

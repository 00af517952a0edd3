"""`tocsin tokens` as an administrator calls it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.calling import call
from tocsin.access.tokens import caller_by

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
ANN = "ann@authority.example"


@pytest.fixture(autouse=True)
def _ann(home: Path, monkeypatch: Patch) -> None:
    call(monkeypatch, "people", "add", ANN, "--role", "analyst")


def test_from_making_to_revoking(monkeypatch: Patch) -> None:
    made = call(monkeypatch, "tokens", "create", ANN, "--name", "SIEM", "--days", "30")
    token = made.stdout.strip()
    assert caller_by(token, datetime.now(UTC)) is not None
    assert "staff:read" in made.stderr
    listed = call(monkeypatch, "tokens", "list").stdout
    assert token not in listed
    number, start, email, name, *_, used, end = listed.strip().split("\t")
    assert (token.startswith(start[:-1]), email, name) == (True, ANN, "SIEM")
    assert used.startswith("used ")
    assert end.startswith("until ")
    assert call(monkeypatch, "tokens", "revoke", number).exit_code == 0
    assert caller_by(token, datetime.now(UTC)) is None
    assert "\trevoked " in call(monkeypatch, "tokens", "list").stdout


def test_scopes_are_chosen_and_wrong_ones_refused(monkeypatch: Patch) -> None:
    made = call(monkeypatch, "tokens", "create", ANN, "--scope", "staff:read")
    found = caller_by(made.stdout.strip(), datetime.now(UTC))
    assert found is not None
    assert found.scopes == {"staff:read"}
    for words in (["tokens", "create", ANN, "--scope", "answers:write"], ["tokens", "revoke", "7"]):
        assert call(monkeypatch, *words).exit_code == 1
    assert call(monkeypatch, "tokens", "create", "nobody@x.example").exit_code == 1

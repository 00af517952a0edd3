"""`tocsin applications` as an analyst calls it."""

import json
from pathlib import Path

import pytest

from tests.cli.calling import call
from tests.constituency.joining.world import JO, applied, use_registry
from tests.letters import Letters
from tests.queued import work
from tocsin.constituency.models import Application, Asset, Organisation
from tocsin.database.scope import staff_scope

Patch = pytest.MonkeyPatch


@pytest.fixture
def application(db: None, home: Path, monkeypatch: Patch) -> Application:
    use_registry(monkeypatch)
    return applied(home)


def test_listed_and_shown(application: Application, monkeypatch: Patch) -> None:
    (row,) = json.loads(call(monkeypatch, "applications", "list", "--json").stdout)
    assert (row["number"], row["claims"], row["undecided"]) == (application.pk, 6, 6)
    with staff_scope():
        whose = Organisation.objects.create(name="Theirs", created_at=application.created_at)
        Asset.objects.create(
            organisation=whose, form="asn", value="AS64500", created_at=application.created_at
        )
    shown = call(monkeypatch, "applications", "show", str(application.pk)).stdout
    assert "against it: Theirs has it (from people)" in shown
    assert "registry: asked abuse@ours.example" in shown
    machine = call(monkeypatch, "applications", "show", str(application.pk), "--json").stdout
    assert len(json.loads(machine)["claims"]) == 6


def test_approved_in_part_then_declined(
    application: Application, home: Path, monkeypatch: Patch
) -> None:
    words = ("applications", "approve", str(application.pk), "--claim", "AS64500")
    unproven = call(monkeypatch, *words)
    assert (unproven.exit_code, "Nothing proves AS64500" in unproven.stderr) == (1, True)
    assert call(monkeypatch, *words, "--unproven").exit_code == 0
    no = ("applications", "decline", str(application.pk), "--reason", "Not yours")
    assert call(monkeypatch, *no, "--claim", "no.example").exit_code == 1
    assert call(monkeypatch, *no).exit_code == 0
    assert call(monkeypatch, "applications", "list").stdout == "No applications.\n"
    work()
    mails = [str(one["Subject"]) for one in Letters(home).to(JO)]
    assert mails.count("Invitation to Tocsin") == 1
    assert "AS64500: approved" in Letters(home).text(JO)
    with staff_scope():
        assert [one.value for one in Asset.objects.all()] == ["AS64500"]


def test_what_is_not_there(db: None, home: Path, monkeypatch: Patch) -> None:
    for words in (("show", "7"), ("approve", "7"), ("decline", "7", "--reason", "x")):
        done = call(monkeypatch, "applications", *words)
        assert (done.exit_code, "no application 7" in done.stderr) == (1, True)

"""`tocsin answers`, `disputes` and `delegations` as an analyst calls them."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from tests.alerts.country import organisation, threat
from tests.cli.calling import call
from tests.threats.assets import asset
from tocsin.answers.models import Answer, Dispute
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.threats.models import Threat
from tocsin.threats.states import State

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _scope(home: Path) -> None:
    """A home of the test's own, for the asset map."""


@pytest.fixture
def ours(db: None) -> Organisation:
    with staff_scope():
        asset("Nordwind Hosting", "192.0.2.0/24")
        return Organisation.objects.get(name="Nordwind Hosting")


@pytest.fixture
def key(ours: Organisation) -> UUID:
    now = datetime.now(UTC)
    with staff_scope():
        return threat(ours, 1, last_seen=now, opened_at=now - timedelta(days=1))


def state(key: UUID) -> State:
    with staff_scope():
        return State(Threat.objects.get(key=key).state)


def filled(path: Path, *rows: str) -> str:
    path.write_text("\n".join(["threat_id,status,comment,address", *rows]) + "\n", "utf-8")
    return str(path)


def test_a_filled_in_csv_is_taken_and_what_is_wrong_with_it_told(
    monkeypatch: Patch, tmp_path: Path, key: UUID
) -> None:
    file = filled(
        tmp_path / "answers.csv",
        f"{key},Fixed,closed the port,192.0.2.1",
        f"{UUID(int=7)},fixed,,192.0.2.2",
        f"{UUID(int=8)},,,192.0.2.3",
        "here,fixed,,192.0.2.4",
        f"{key},done,,192.0.2.5",
    )
    asked = ("answers", "give", file, "--organisation", "Nordwind Hosting")
    done = call(monkeypatch, *asked)
    assert done.exit_code == 2
    assert "1 answers taken, 0 unchanged, 3 refused." in done.output
    told = done.stderr.splitlines()
    assert [line.split(": ", 2)[:2] for line in told] == [
        ["answers.csv", "line 3"], ["answers.csv", "line 5"], ["answers.csv", "line 6"],
    ]  # fmt: skip
    assert "none of the threats that you can answer for" in told[0]
    assert "none of the words for the status" in told[2]
    assert state(key) is State.CLAIMED
    again = call(monkeypatch, *asked)
    assert "0 answers taken, 1 unchanged, 3 refused." in again.output
    with staff_scope():
        assert Answer.objects.get().comment == "closed the port"
    shown = json.loads(call(monkeypatch, "answers", "list", "--json").output)
    assert [(one["statement"], one["organisation"]) for one in shown] == [
        ("fixed", "Nordwind Hosting")
    ]


def test_all_well_it_ends_with_0(monkeypatch: Patch, tmp_path: Path, key: UUID) -> None:
    file = filled(tmp_path / "answers.csv", f"{key},acknowledged,,")
    asked = ("answers", "give", file, "--organisation", "Nordwind Hosting")
    assert call(monkeypatch, *asked).exit_code == 0


def test_a_file_without_the_columns_is_no_answer(
    monkeypatch: Patch, tmp_path: Path, ours: Organisation
) -> None:
    (tmp_path / "answers.csv").write_text("a,b\n1,2\n")
    asked = ("answers", "give", str(tmp_path / "answers.csv"), "--organisation", ours.name)
    done = call(monkeypatch, *asked)
    assert done.exit_code == 2
    assert "has to name the columns threat_id and status" in done.stderr


def test_a_dispute_from_the_list_to_the_source_of_the_feed(
    monkeypatch: Patch, tmp_path: Path, key: UUID
) -> None:
    assert "Nothing is disputed." in call(monkeypatch, "disputes", "list").output
    file = filled(tmp_path / "answers.csv", f"{key},false-positive,a honeypot,")
    call(monkeypatch, "answers", "give", file, "--organisation", "Nordwind Hosting")
    (waiting,) = json.loads(call(monkeypatch, "disputes", "list", "--json").output)
    assert (waiting["threat"], waiting["affected"], waiting["feed"], waiting["comment"]) == (
        str(key), "192.0.2.1", "shadowserver", "a honeypot",
    )  # fmt: skip
    decided = call(monkeypatch, "disputes", "decide", str(key), "confirm", "--until", "2099-01-01")
    assert decided.exit_code == 0
    assert state(key) is State.DISMISSED
    with staff_scope():
        assert Dispute.objects.get().until == datetime(2099, 1, 1, tzinfo=UTC)
    (exported,) = csv.DictReader(
        StringIO(call(monkeypatch, "disputes", "export", "--feed", "shadowserver").output)
    )
    assert (exported["threat"], exported["address"], exported["port"]) == (
        str(key), "192.0.2.1", "3389",
    )  # fmt: skip
    assert "Nordwind" not in str(exported)
    other = call(monkeypatch, "disputes", "export", "--feed", "another").output
    assert len(other.splitlines()) == 1
    grades = json.loads(call(monkeypatch, "disputes", "grades", "--json").output)
    assert grades == [{"feed": "shadowserver", "kind": "scan_rdp", "disputed": 1, "confirmed": 1}]


def test_what_is_not_disputed_cannot_be_decided(monkeypatch: Patch, key: UUID) -> None:
    done = call(monkeypatch, "disputes", "decide", str(key), "reject", "--reason", "so")
    assert (done.exit_code, state(key)) == (1, State.OPEN)


def test_assigned_by_name(monkeypatch: Patch, tmp_path: Path, key: UUID) -> None:
    with staff_scope():
        theirs = organisation("Southwind")
    file = filled(tmp_path / "answers.csv", f"{key},not-ours,,")
    call(monkeypatch, "answers", "give", file, "--organisation", "Nordwind Hosting")
    asked = ("disputes", "decide", str(key), "assign", "--organisation", "Southwind")
    assert call(monkeypatch, *asked).exit_code == 0
    with staff_scope():
        assert Threat.objects.get(key=key).organisation_id == theirs.pk


def test_a_delegation_from_beginning_to_end(monkeypatch: Patch, ours: Organisation) -> None:
    add = ("delegations", "add", ours.name, "192.0.2.0/28", "it@shop.example", "--name", "Shop")
    assert "192.0.2.0/28 to it@shop.example" in call(monkeypatch, *add).output
    (shown,) = json.loads(call(monkeypatch, "delegations", "list", "--json").output)
    assert (shown["asset"], shown["contact"]) == ("192.0.2.0/28", "Shop")
    number = str(shown["number"])
    assert call(monkeypatch, "delegations", "end", ours.name, number).exit_code == 0
    assert call(monkeypatch, "delegations", "end", ours.name, number).exit_code == 1
    assert "Nothing is delegated." in call(monkeypatch, "delegations", "list").output

"""`tocsin people` as an administrator calls it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from tests.cli.calling import call
from tocsin.access.factors import has_factor, new_totp
from tocsin.access.links import use_sign_in_link
from tocsin.access.models import Person, Role
from tocsin.access.sessions import begin_session, sessions_of
from tocsin.audit.models import Entry
from tocsin.cli.people import ROLES
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
ANN = "ann@authority.example"


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    with staff_scope():
        Organisation.objects.create(name="Puddlewick", created_at=datetime.now(UTC))


def somebody() -> Person:
    with staff_scope():
        return Person.objects.get()


def test_the_roles_to_choose_from_are_all_there_are() -> None:
    assert sorted(ROLES) == sorted(Role.values)


def test_from_adding_to_removing(monkeypatch: Patch) -> None:
    done = call(monkeypatch, "people", "add", ANN.upper(), "--role", "analyst", "--name", "Ann")
    assert (done.exit_code, f"tocsin people link {ANN}" in done.stdout) == (0, True)
    assert call(monkeypatch, "people", "list").stdout == f"{ANN}\tanalyst\t\tAnn\n"
    assert call(monkeypatch, "people", "remove", ANN).exit_code == 0
    assert call(monkeypatch, "people", "list").stdout == ""
    assert call(monkeypatch, "people", "link", ANN).exit_code == 1


def test_a_member_is_listed_with_whose_person_it_is(monkeypatch: Patch) -> None:
    words = ("people", "add", "bo@puddlewick.example", "--role", "owner")
    assert call(monkeypatch, *words, "--organisation", "puddlewick").exit_code == 0
    assert call(monkeypatch, "people", "list").stdout == (
        "bo@puddlewick.example\towner\tPuddlewick\n"
    )


def test_a_link_works_once_at_the_public_address(monkeypatch: Patch) -> None:
    monkeypatch.setattr(settings, "TOCSIN_PUBLIC_URL", "https://tocsin.authority.example")
    call(monkeypatch, "people", "add", ANN, "--role", "analyst")
    link = call(monkeypatch, "people", "link", ANN).stdout.strip()
    assert link.startswith("https://tocsin.authority.example/sign-in/")
    token = link.rstrip("/").rpartition("/")[2]
    now = datetime.now(UTC)
    assert use_sign_in_link(token, now) == somebody()
    assert use_sign_in_link(token, now) is None


def test_somebody_who_lost_their_phone_begins_anew(monkeypatch: Patch) -> None:
    call(monkeypatch, "people", "add", ANN, "--role", "analyst")
    now = datetime.now(UTC)
    new_totp(somebody(), now)
    begin_session(somebody(), "", "", True, now)
    assert call(monkeypatch, "people", "reset-factors", "bo@authority.example").exit_code == 1
    assert has_factor(somebody().pk)
    done = call(monkeypatch, "people", "reset-factors", ANN)
    assert (done.exit_code, "signed out everywhere" in done.stdout) == (0, True)
    assert not has_factor(somebody().pk)
    assert sessions_of(somebody().pk, now) == []
    with staff_scope():
        entry = Entry.objects.get(action="factors-reset")
    assert (entry.actor, entry.subject) == ("administrator", f"person {somebody().pk}")


def test_a_password_is_asked_for_twice_and_never_shown(monkeypatch: Patch) -> None:
    call(monkeypatch, "people", "add", ANN, "--role", "analyst")
    word = "quite unusual, and long"
    typo = call(monkeypatch, "people", "password", ANN, typed=f"{word}\nsomething else\n")
    assert typo.exit_code == 1
    weak = call(monkeypatch, "people", "password", ANN, typed="short\nshort\n")
    assert (weak.exit_code, "too short" in weak.stderr) == (1, True)
    assert not somebody().has_usable_password()
    done = call(monkeypatch, "people", "password", ANN, typed=f"{word}\n{word}\n")
    assert (done.exit_code, word in done.output) == (0, False)
    assert somebody().check_password(word)


def test_who_stays_away_is_listed(monkeypatch: Patch) -> None:
    call(monkeypatch, "people", "add", ANN, "--role", "analyst")
    assert call(monkeypatch, "people", "dormant").stdout == "Nobody stays away.\n"
    with staff_scope():
        Person.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert ANN in call(monkeypatch, "people", "dormant").stdout

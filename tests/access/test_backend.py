"""Signing in by password: who gets in, and that nothing tells apart who does not."""

from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password

from tocsin.access import backend
from tocsin.access.actions import add_person, remove_person, set_password
from tocsin.access.backend import ByPassword
from tocsin.access.models import Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORD = "quite unusual, and long"


@pytest.fixture
def ann(db: None) -> Person:
    person = add_person("ann@authority.example", Role.ANALYST, NOW)
    set_password(person, WORD)
    return person


@pytest.mark.parametrize(
    ("email", "password", "enters"),
    [
        ("ann@authority.example", WORD, True),
        (" Ann@Authority.Example ", WORD, True),
        ("ann@authority.example", WORD.upper(), False),
        ("ann@authority.example", WORD + " ", False),
        ("ann@authority.example", "", False),
        ("ann", WORD, False),
        ("%", WORD, False),
        ("", "", False),
    ],
)
def test_who_enters(ann: Person, email: str, password: str, enters: bool) -> None:
    assert authenticate(email=email, password=password) == (ann if enters else None)


@pytest.mark.parametrize("who", ["nobody@authority.example", "bo@authority.example"])
def test_an_unknown_address_takes_as_long(
    ann: Person, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """Nobody has the first; the second's person has no password."""
    add_person("bo@authority.example", Role.AUDITOR, NOW)
    hashed = Mock(wraps=make_password)
    monkeypatch.setattr(backend, "make_password", hashed)
    assert ByPassword().authenticate(None, email=who, password=WORD) is None
    hashed.assert_called_once_with(WORD)


def test_a_session_ends_with_its_persons_access(ann: Person) -> None:
    assert ByPassword().get_user(ann.pk) == ann
    with staff_scope():
        Person.objects.update(is_active=False)
    assert ByPassword().get_user(ann.pk) is None
    assert authenticate(email=ann.email, password=WORD) is None
    with staff_scope():
        Person.objects.update(is_active=True)
    remove_person(ann.email)
    assert ByPassword().get_user(ann.pk) is None


def test_whoever_is_added_again_needs_a_new_password(ann: Person) -> None:
    remove_person(ann.email)
    add_person(ann.email, Role.ANALYST, NOW)
    assert authenticate(email=ann.email, password=WORD) is None


def test_somebody_whose_access_was_stopped_gets_it_back_by_being_added(ann: Person) -> None:
    with staff_scope():
        Person.objects.update(is_active=False)
    assert add_person(ann.email, Role.ANALYST, NOW) == ann
    assert ByPassword().get_user(ann.pk) == ann


def test_a_member_comes_with_its_organisation(ann: Person) -> None:
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=NOW)
    bo = add_person("bo@ours.example", Role.READER, NOW, "Ours")
    found = ByPassword().get_user(bo.pk)
    assert found is not None
    assert (found.organisation, found.is_staff_member) == (ours, False)
    assert ann.is_staff_member

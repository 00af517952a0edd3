from datetime import UTC, datetime

import pytest

from tocsin.access.actions import add_person, person_at, remove_person, set_password
from tocsin.access.models import Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def ours(db: None) -> Organisation:
    with staff_scope():
        return Organisation.objects.create(name="Ours", created_at=NOW)


def test_adding_twice_leaves_one(ours: Organisation) -> None:
    first = add_person("Ann@Ours.example ", Role.OWNER, NOW, "ours")
    again = add_person("ann@ours.example", Role.OWNER, NOW, "Ours")
    assert first.pk == again.pk
    assert first.email == "ann@ours.example"
    assert not first.has_usable_password()


@pytest.mark.parametrize(
    ("email", "role", "organisation", "message"),
    [
        ("nonsense", Role.ANALYST, "", "not an e-mail address"),
        ("a@b.example", Role.ANALYST, "Ours", "belongs to no organisation"),
        ("a@b.example", Role.READER, "", "Whose person is it"),
        ("a@b.example", Role.READER, "Theirs", "no organisation 'Theirs'"),
    ],
)
def test_what_cannot_be(
    ours: Organisation, email: str, role: Role, organisation: str, message: str
) -> None:
    with pytest.raises(TocsinError, match=message):
        add_person(email, role, NOW, organisation)


def test_a_known_person_does_not_change_sides(ours: Organisation) -> None:
    add_person("ann@ours.example", Role.OWNER, NOW, "Ours")
    with pytest.raises(TocsinError, match="known already, as owner"):
        add_person("ann@ours.example", Role.ANALYST, NOW)


def test_weak_passwords_are_refused(ours: Organisation) -> None:
    person = add_person("ann@ours.example", Role.ANALYST, NOW)
    for weak in ("short", "password1234"[:11], "qwertyuiop"):
        with pytest.raises(TocsinError):
            set_password(person, weak)
    set_password(person, "long and odd enough")
    assert person_at("ANN@ours.example").check_password("long and odd enough")


def test_passwords_are_kept_as_argon2(ours: Organisation) -> None:
    person = add_person("ann@ours.example", Role.ANALYST, NOW)
    set_password(person, "long and odd enough")
    assert person.password.startswith("argon2$argon2id$")


def test_somebody_removed_is_gone(ours: Organisation) -> None:
    add_person("ann@ours.example", Role.ANALYST, NOW)
    remove_person("ann@ours.example")
    with pytest.raises(TocsinError, match="Nobody has the address"):
        person_at("ann@ours.example")


def test_an_organisation_sees_only_its_own_people(ours: Organisation) -> None:
    add_person("ann@ours.example", Role.OWNER, NOW, "Ours")
    add_person("bea@authority.example", Role.ANALYST, NOW)
    with organisation_scope(ours.pk):
        assert [person.email for person in Person.objects.all()] == ["ann@ours.example"]

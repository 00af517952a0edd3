"""One-time links: each works once, for its person, within its time, and is stored as a digest."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from tocsin.access.actions import add_person, remove_person
from tocsin.access.links import VALID_FOR, make_sign_in_link, use_sign_in_link
from tocsin.access.models import Person, Role, SignInLink
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def ann(db: None) -> Person:
    return add_person("ann@authority.example", Role.ANALYST, NOW)


@pytest.mark.parametrize(
    ("after", "works"),
    [
        (timedelta(0), True),
        (VALID_FOR - MOMENT, True),
        (VALID_FOR, False),
        (timedelta(days=1), False),
    ],
)
def test_it_works_for_half_an_hour(ann: Person, after: timedelta, works: bool) -> None:
    token = make_sign_in_link(ann, NOW)
    assert use_sign_in_link(token, NOW + after) == (ann if works else None)


def test_it_works_once_and_says_when(ann: Person) -> None:
    token = make_sign_in_link(ann, NOW)
    other = make_sign_in_link(ann, NOW)
    assert use_sign_in_link(token, NOW + MOMENT) == ann
    assert use_sign_in_link(token, NOW + MOMENT) is None
    assert use_sign_in_link(other, NOW) == ann, "another link is not used up"
    with staff_scope():
        assert (
            SignInLink.objects.get(digest=sha256(token.encode()).digest()).used_at == NOW + MOMENT
        )


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "\0", "é"])
def test_nobody_is_let_in_by_what_was_never_made(ann: Person, token: str) -> None:
    make_sign_in_link(ann, NOW)
    assert use_sign_in_link(token, NOW) is None


def test_a_stolen_database_holds_no_links(ann: Person) -> None:
    token = make_sign_in_link(ann, NOW)
    with staff_scope():
        row = SignInLink.objects.values().get()
    assert token not in str(row)
    assert bytes(row["digest"]) == sha256(token.encode()).digest()
    assert len(token) == 43
    assert use_sign_in_link(bytes(row["digest"]).hex(), NOW) is None


def test_tokens_are_not_guessed_from_one_another(ann: Person) -> None:
    assert len({make_sign_in_link(ann, NOW) for _ in range(50)}) == 50


@pytest.mark.parametrize("removed", [True, False])
def test_somebody_without_access_is_not_let_in(ann: Person, removed: bool) -> None:
    """A link from before does not bring it back."""
    token = make_sign_in_link(ann, NOW)
    if removed:
        remove_person(ann.email)
    else:
        with staff_scope():
            Person.objects.update(is_active=False)
    assert use_sign_in_link(token, NOW) is None


def test_no_organisation_sees_links_not_even_its_peoples(ann: Person) -> None:
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=NOW)
    bo = add_person("bo@ours.example", Role.OWNER, NOW, "Ours")
    make_sign_in_link(bo, NOW)
    with organisation_scope(ours.pk):
        assert SignInLink.objects.count() == 0

"""What owners and analysts may do with people, and that an owner always remains."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from tests.access.people import NOW, People, fresh, make_people
from tocsin.access.actions import add_person
from tocsin.access.backend import ByPassword
from tocsin.access.links import make_sign_in_link
from tocsin.access.models import Person, Role, SignInLink, SignInSession
from tocsin.access.people import change_role, remove, restore, suspend
from tocsin.access.sessions import begin_session
from tocsin.audit.models import Entry
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

Action = Callable[[int, datetime, Person], None]


@pytest.fixture
def people(db: None) -> People:
    return make_people()


def scope(person: Person) -> AbstractContextManager[None]:
    number = person.organisation_id
    return staff_scope() if number is None else organisation_scope(number)


def demote(number: int, now: datetime, by: Person) -> None:
    change_role(number, Role.READER, now, by)


def test_an_owner_gives_his_own_people_roles(people: People) -> None:
    with scope(people.bo):
        change_role(people.cy.pk, Role.OWNER, NOW, people.bo)
    assert fresh(people.cy).role == Role.OWNER
    with staff_scope():
        entry = Entry.objects.get()
        assert (entry.actor, entry.subject) == (f"person {people.bo.pk}", f"person {people.cy.pk}")
        assert entry.detail == {"before": "reader", "after": "owner"}


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR])
def test_nobody_becomes_staff(people: People, role: Role) -> None:
    for by in (people.bo, people.ann):
        with scope(by), pytest.raises(TocsinError, match="cannot give"):
            change_role(people.cy.pk, role, NOW, by)
    with staff_scope(), pytest.raises(TocsinError, match="cannot give"):
        change_role(people.ann.pk, role, NOW, people.ann)


@pytest.mark.parametrize("action", [demote, suspend, remove, restore])
def test_others_people_are_nobody(people: People, action: Action) -> None:
    for by, whom in ((people.bo, people.di), (people.bo, people.ann), (people.cy, people.bo)):
        with scope(by), pytest.raises(TocsinError, match="not yours"):
            action(whom.pk, NOW, by)
    assert fresh(people.di).is_active


@pytest.mark.parametrize("action", [demote, suspend, remove])
def test_an_owner_always_remains(people: People, action: Action) -> None:
    for by in (people.bo, people.ann):
        with scope(by), pytest.raises(TocsinError):
            action(people.bo.pk, NOW, by)
    with scope(people.bo):
        change_role(people.cy.pk, Role.OWNER, NOW, people.bo)
    with scope(people.cy):
        action(people.bo.pk, NOW, fresh(people.cy))
    with staff_scope():
        assert Person.objects.get(role=Role.OWNER, organisation=people.ours, is_active=True)


def test_a_suspended_owner_does_not_count(people: People) -> None:
    with scope(people.bo):
        change_role(people.cy.pk, Role.OWNER, NOW, people.bo)
        suspend(people.cy.pk, NOW, people.bo)
        with pytest.raises(TocsinError, match="needs an owner"):
            remove(people.bo.pk, NOW, people.bo)


def test_suspended_means_out_until_restored(people: People) -> None:
    """And sessions from before do not come back."""
    begin_session(people.cy, "Firefox/1 Linux", "127.0.0.1", False, NOW)
    make_sign_in_link(people.cy, NOW)
    with scope(people.bo):
        suspend(people.cy.pk, NOW, people.bo)
    with staff_scope():
        assert not SignInSession.objects.exists()
        assert not SignInLink.objects.exists()
    assert ByPassword().get_user(people.cy.pk) is None
    assert fresh(people.cy).closed_for == "suspended"
    with scope(people.bo):
        restore(people.cy.pk, NOW, people.bo)
    assert ByPassword().get_user(people.cy.pk) == people.cy
    assert fresh(people.cy).closed_for == ""


def test_an_analyst_does_not_lock_himself_out(people: People) -> None:
    for action in (suspend, remove):
        with staff_scope(), pytest.raises(TocsinError, match="yourself"):
            action(people.ann.pk, NOW, people.ann)


def test_two_owners_who_remove_each_other_at_once(committed_db: None) -> None:
    people = make_people()
    ed = add_person("ed@ours.example", Role.OWNER, NOW, "Ours")
    start = Barrier(2)

    def out(pair: tuple[Person, Person]) -> bool:
        by, whom = pair
        start.wait()
        try:
            with scope(by):
                remove(whom.pk, NOW, by)
        except TocsinError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(out, [(people.bo, ed), (ed, people.bo)]))
    assert sorted(done) == [False, True]

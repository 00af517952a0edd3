"""Invitations: who may make them, and that each link works once, in time, for what it says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from tests.access.people import NOW, WORD, People, fresh, make_people
from tests.letters import Letters
from tests.queued import waiting, work
from tocsin.access.invitations import (
    accept,
    invitation_of,
    invite,
    invite_first_owner,
    make_token,
    send_again,
    withdraw,
)
from tocsin.access.models import Invitation, Person, Role
from tocsin.access.rules import INVITATION_VALID_FOR
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError

EVE = "eve@ours.example"
MOMENT = timedelta(seconds=1)


@pytest.fixture
def people(db: None) -> People:
    return make_people()


def token_for(invitation: Invitation, now: datetime = NOW) -> str:
    made = make_token(invitation.pk, now)
    assert made is not None
    return made[1]


def test_an_owner_invites_to_his_own_organisation_only(people: People) -> None:
    made = invite(EVE.upper(), Role.READER, NOW, people.bo, people.theirs)
    assert (made.email, made.organisation) == (EVE, people.ours)
    assert waiting() == [("tocsin.access.send_invitation", {"invitation": made.pk})]
    with organisation_scope(people.theirs.pk):
        assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.AUTHORISER])
def test_an_owner_cannot_invite_above_himself(people: People, role: Role) -> None:
    with pytest.raises(TocsinError, match="cannot invite"):
        invite(EVE, role, NOW, people.bo)
    assert waiting() == []


@pytest.mark.parametrize("role", Role)
def test_a_reader_invites_nobody(people: People, role: Role) -> None:
    with pytest.raises(TocsinError, match="cannot invite"):
        invite(EVE, role, NOW, people.cy)


def test_an_analyst_invites_owners_and_staff(people: People) -> None:
    assert invite(EVE, Role.OWNER, NOW, people.ann, people.theirs).organisation == people.theirs
    assert invite("f@a.example", Role.AUDITOR, NOW, people.ann).organisation is None
    for role, organisation in ((Role.OWNER, None), (Role.AUDITOR, people.ours)):
        with pytest.raises(TocsinError, match="Choose the organisation"):
            invite("g@a.example", role, NOW, people.ann, organisation)
    with pytest.raises(TocsinError, match="cannot invite"):
        invite("g@a.example", Role.READER, NOW, people.ann, people.ours)


@pytest.mark.parametrize("email", ["", "eve", "a@b\n.example", "bo@ours.example", EVE])
def test_what_cannot_be_invited(people: People, email: str) -> None:
    invite(EVE, Role.READER, NOW, people.bo)
    with pytest.raises(TocsinError, match=r"not an e-mail|already"):
        invite(email, Role.READER, NOW, people.bo)


def test_an_owner_does_not_learn_whose_people_others_are(people: People) -> None:
    """The mailbox itself does."""
    made = invite("di@theirs.example", Role.READER, NOW, people.bo)
    token = token_for(made)
    with pytest.raises(TocsinError, match="can sign in already"):
        accept(token, "Di", WORD, NOW)
    assert fresh(people.di).organisation == people.theirs


def test_accepting_makes_the_person_once(people: People) -> None:
    token = token_for(invite(EVE, Role.ABUSE_DESK, NOW, people.bo))
    found = invitation_of(token, NOW)
    assert found is not None
    assert found.organisation == people.ours
    eve = fresh(accept(token, "  Eve  Ash ", WORD, NOW))
    assert (eve.name, eve.email, eve.role) == ("Eve Ash", EVE, Role.ABUSE_DESK)
    assert (eve.organisation, eve.check_password(WORD)) == (people.ours, True)
    assert invitation_of(token, NOW) is None
    with pytest.raises(TocsinError, match="no longer works"):
        accept(token, "Eve", WORD, NOW)
    with staff_scope():
        entry = Entry.objects.get(action="invitation accepted")
        assert (entry.actor, EVE in str(entry.detail)) == (f"person {eve.pk}", False)


@pytest.mark.parametrize(
    ("name", "password"), [("", WORD), (" ", WORD), ("x" * 201, WORD), ("Eve", "short")]
)
def test_what_is_not_enough_uses_nothing_up(people: People, name: str, password: str) -> None:
    token = token_for(invite(EVE, Role.READER, NOW, people.bo))
    with pytest.raises(TocsinError):
        accept(token, name, password, NOW)
    assert accept(token, "Eve", WORD, NOW).email == EVE


@pytest.mark.parametrize("after", [INVITATION_VALID_FOR - MOMENT, INVITATION_VALID_FOR])
def test_a_link_works_for_seven_days(people: People, after: timedelta) -> None:
    token = token_for(invite(EVE, Role.READER, NOW, people.bo))
    assert (invitation_of(token, NOW + after) is None) == (after == INVITATION_VALID_FOR)


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "\0", "é"])
def test_what_was_never_made_invites_nobody(people: People, token: str) -> None:
    """Nor does an invitation whose mail has not left, which has no digest."""
    invite(EVE, Role.READER, NOW, people.bo)
    assert invitation_of(token, NOW) is None
    with pytest.raises(TocsinError):
        accept(token, "Eve", WORD, NOW)


def test_sent_again_the_newer_link_works(people: People) -> None:
    made = invite(EVE, Role.READER, NOW, people.bo)
    first = token_for(made)
    later = NOW + timedelta(days=10)
    with organisation_scope(people.ours.pk):
        send_again(made.pk, later, people.bo)
    second = token_for(made, later)
    assert invitation_of(first, later) is None
    assert invitation_of(second, later + timedelta(days=6)) is not None


def test_a_withdrawn_one_does_not_work_and_is_not_sent(people: People) -> None:
    made = invite(EVE, Role.READER, NOW, people.bo)
    token = token_for(made)
    with organisation_scope(people.ours.pk):
        withdraw(made.pk, NOW, people.bo)
        with pytest.raises(TocsinError, match="withdrawn already"):
            send_again(made.pk, NOW, people.bo)
    assert invitation_of(token, NOW) is None
    assert make_token(made.pk, NOW) is None


def test_another_organisations_invitation_is_not_there(people: People) -> None:
    made = invite(EVE, Role.READER, NOW, people.bo)
    for action in (withdraw, send_again):
        with organisation_scope(people.theirs.pk), pytest.raises(TocsinError):
            action(made.pk, NOW, people.di)
    assert invitation_of(token_for(made), NOW) is not None


def test_a_suspended_organisation_takes_nobody_in(people: People) -> None:
    token = token_for(invite(EVE, Role.READER, NOW, people.bo))
    with staff_scope():
        Organisation.objects.filter(pk=people.ours.pk).update(suspended=True)
    assert invitation_of(token, NOW) is None


def test_the_mail_has_the_link_and_the_database_has_not(people: People, home: Path) -> None:
    invite_first_owner(EVE, people.ours, datetime.now(UTC), "person 1")
    work()
    token = Letters(home).path(EVE, "/invitation/").split("/")[2]
    assert invitation_of(token, datetime.now(UTC)) is not None
    assert "You would be owner of Ours." in Letters(home).text(EVE)
    with staff_scope():
        assert token not in str(Invitation.objects.values().get())


def test_somebody_with_access_is_told_and_gets_no_link(people: People, home: Path) -> None:
    invite("di@theirs.example", Role.READER, datetime.now(UTC), people.bo)
    work()
    text = Letters(home).text("di@theirs.example")
    assert "/invitation/" not in text
    assert "You have access with this address already" in text


def test_of_two_who_accept_at_once_one_does(committed_db: None) -> None:
    people = make_people()
    tokens = [token_for(invite(EVE, Role.READER, NOW, people.bo))] * 3
    tokens.append(token_for(invite(EVE, Role.READER, NOW, people.di)))
    start = Barrier(len(tokens))

    def take(token: str) -> bool:
        start.wait()
        try:
            accept(token, "Eve", WORD, NOW)
        except TocsinError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(len(tokens)) as pool:
        assert sum(pool.map(take, tokens)) == 1
    with staff_scope():
        assert Person.objects.filter(email=EVE).count() == 1

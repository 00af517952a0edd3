"""An owner's contacts and assets, and the page that a contact's mail opens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.constituency.joining.world import use_registry
from tests.letters import Letters
from tests.queued import waiting, work
from tests.web.world import World
from tocsin.access.models import Role
from tocsin.alerts.recipients import first_contacts
from tocsin.constituency.models import Application, Contact
from tocsin.database.scope import staff_scope

OLD, NEW = "abuse@Ours.example", "desk@ours.example"
Visitor = Callable[[Role], Client]


def contact(email: str) -> Contact:
    with staff_scope():
        return Contact.objects.get(email=email)


def page_of(one: Contact) -> str:
    return reverse("change-contact", args=[one.pk])


def told(world: World) -> str:
    """Where our alerts go."""
    with staff_scope():
        return first_contacts([world.ours.pk])[world.ours.pk].email


def test_a_new_address_is_used_once_it_has_said_yes(
    world: World, visitor: Visitor, home: Path
) -> None:
    owner = visitor(Role.OWNER)
    form = {"email": NEW, "purpose": "abuse", "replaces": str(contact(OLD).pk)}
    assert owner.post(reverse("new-contact"), form).status_code == 302
    assert f"We have written to {NEW}" in owner.get(reverse("contacts")).content.decode()
    work()
    assert told(world) == OLD
    path = Letters(home).path(NEW, "/contact/")
    for _ in range(2):
        assert "Yes, it is right" in Client().get(path).content.decode()
    assert contact(NEW).pending
    assert "is confirmed" in Client().post(path, {"do": "yes"}).content.decode()
    assert told(world) == NEW
    with staff_scope():
        assert not Contact.objects.filter(email=OLD).exists()
    assert Client().get(path).status_code == 400, "it was answered"


def test_who_says_no_is_heard_and_alerts_go_on(world: World, visitor: Visitor, home: Path) -> None:
    owner = visitor(Role.OWNER)
    assert owner.post(page_of(contact(OLD)), {"do": "ask"}).status_code == 302
    work()
    path = Letters(home).path(OLD, "/contact/")
    assert "is told" in Client().post(path, {"do": "no"}).content.decode()
    work()
    assert "is not the right address" in Letters(home).text("owner@people.example")
    assert told(world) == OLD
    assert "did not answer" in owner.get(reverse("contacts")).content.decode()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"email": "x", "purpose": "abuse"}, "not an e-mail"),
        ({"email": NEW, "purpose": "fun"}, "Select a valid choice"),
        ({"email": OLD.upper(), "purpose": "abuse"}, "already"),
        ({"email": NEW, "purpose": "abuse", "replaces": "9" * 18}, "Select a valid choice"),
        ({}, "required"),
    ],
)
def test_what_is_refused_stays_in_the_form(
    world: World, visitor: Visitor, form: dict[str, str], says: str
) -> None:
    response = visitor(Role.OWNER).post(reverse("new-contact"), form)
    text = response.content.decode()
    assert (response.status_code, says in text, "There is a problem" in text) == (400, True, True)
    assert f'value="{form["email"]}"' in text if form else True
    assert waiting() == []


@pytest.mark.parametrize(("do", "says"), [("remove", "nowhere to go"), ("sing", "Choose")])
def test_what_cannot_be_done_to_one(world: World, visitor: Visitor, do: str, says: str) -> None:
    response = visitor(Role.OWNER).post(page_of(contact(OLD)), {"do": do})
    assert (response.status_code, says in response.content.decode()) == (400, True)
    assert contact(OLD)


def test_others_contacts_are_not_there(world: World, visitor: Visitor) -> None:
    theirs = contact("abuse@Theirs.example")
    owner = visitor(Role.OWNER)
    for do in ("remove", "ask"):
        assert owner.post(page_of(theirs), {"do": do}).status_code == 404
    form = {"email": NEW, "purpose": "abuse", "replaces": str(theirs.pk)}
    assert owner.post(reverse("new-contact"), form).status_code == 400
    assert contact("abuse@Theirs.example")


@pytest.mark.parametrize("role", [Role.ABUSE_DESK, Role.READER, Role.ANALYST])
def test_only_owners_change_them(world: World, visitor: Visitor, role: Role) -> None:
    client = visitor(role)
    for page in (reverse("new-contact"), reverse("claim-assets"), page_of(contact(OLD))):
        assert client.post(page, {"do": "remove"}).status_code == 403


def test_a_member_claims_more(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    use_registry(monkeypatch)
    owner = visitor(Role.OWNER)
    page = reverse("claim-assets")
    bad = owner.post(page, {"claims": "192.0.2.1/24"})
    assert (bad.status_code, "write 192.0.2.0/24" in bad.content.decode()) == (400, True)
    assert "192.0.2.1/24</textarea>" in bad.content.decode(), "what was typed is kept"
    assert owner.post(page, {"claims": "203.0.114.0/24"}).status_code == 302
    work()
    shown = owner.get(reverse("own-assets")).content.decode()
    assert "203.0.114.0/24" in shown
    assert "Your claim is in" in shown
    assert owner.post(reverse("look-for-records")).status_code == 302
    with staff_scope():
        assert Application.objects.filter(organisation=world.ours).count() == 2
    assert {name for name, _ in waiting()} == {"tocsin.constituency.look_into_dns"}

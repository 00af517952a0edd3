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


def told(world: World) -> str:
    """Where our alerts go."""
    with staff_scope():
        return first_contacts([world.ours.pk])[world.ours.pk].email


def test_a_new_address_is_used_once_it_has_said_yes(
    world: World, visitor: Visitor, home: Path
) -> None:
    owner = visitor(Role.OWNER)
    form = {"do": "add", "email": NEW, "purpose": "abuse", "replaces": str(contact(OLD).pk)}
    assert owner.post(reverse("contacts"), form).status_code == 302
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
    old = {"do": "ask", "contact": str(contact(OLD).pk)}
    assert owner.post(reverse("contacts"), old).status_code == 302
    work()
    path = Letters(home).path(OLD, "/contact/")
    assert "is told" in Client().post(path, {"do": "no"}).content.decode()
    work()
    assert "is not the right address" in Letters(home).text("owner@people.example")
    assert told(world) == OLD
    assert "unconfirmed" in owner.get(reverse("contacts")).content.decode()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"do": "remove"}, "nowhere to go"),
        ({"do": "add", "email": "x", "purpose": "abuse"}, "not an e-mail"),
        ({"do": "add", "email": NEW, "purpose": "fun"}, "what the address is for"),
        ({"do": "add", "email": OLD.upper(), "purpose": "abuse"}, "already"),
        ({"do": "add", "email": NEW, "purpose": "abuse", "replaces": "9" * 18}, "not there"),
        ({"do": "sing"}, "Choose"),
    ],
)
def test_what_is_refused(world: World, visitor: Visitor, form: dict[str, str], says: str) -> None:
    given = {"contact": str(contact(OLD).pk), **form}
    response = visitor(Role.OWNER).post(reverse("contacts"), given)
    assert (response.status_code, says in response.content.decode()) == (400, True)
    assert waiting() == []


def test_others_contacts_are_not_there(world: World, visitor: Visitor) -> None:
    number = str(contact("abuse@Theirs.example").pk)
    owner = visitor(Role.OWNER)
    for form in (
        {"do": "remove", "contact": number},
        {"do": "ask", "contact": number},
        {"do": "add", "email": NEW, "purpose": "abuse", "replaces": number},
    ):
        assert owner.post(reverse("contacts"), form).status_code == 400
    assert contact("abuse@Theirs.example")


@pytest.mark.parametrize("role", [Role.ABUSE_DESK, Role.READER, Role.ANALYST])
def test_only_owners_change_them(world: World, visitor: Visitor, role: Role) -> None:
    client = visitor(role)
    for page in ("contacts", "own-assets"):
        assert client.post(reverse(page), {"do": "remove"}).status_code == 403


def test_a_member_claims_more(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    use_registry(monkeypatch)
    owner = visitor(Role.OWNER)
    page = reverse("own-assets")
    bad = owner.post(page, {"do": "claim", "claims": "192.0.2.1/24"})
    assert (bad.status_code, "write 192.0.2.0/24" in bad.content.decode()) == (400, True)
    assert owner.post(page, {"do": "claim", "claims": "203.0.114.0/24"}).status_code == 302
    work()
    assert "203.0.114.0/24" in owner.get(page).content.decode()
    assert owner.post(page, {"do": "check"}).status_code == 302
    with staff_scope():
        assert Application.objects.filter(organisation=world.ours).count() == 2
    assert {name for name, _ in waiting()} == {"tocsin.constituency.look_into_dns"}

"""The pages about people and the one that an invitation opens."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from tests.letters import Letters
from tests.queued import waiting, work
from tests.web.world import World, member_number
from tocsin.access.models import Invitation, Person, Role
from tocsin.database.scope import staff_scope
from tocsin.web.limits import LINKS

EVE, WORD = "eve@ours.example", "quite unusual, and long"
Visitor = Callable[[Role], Client]


def invited(home: Path, client: Client, **given: str) -> str:
    """The path of the link in the mail."""
    form = {"email": EVE, "role": "reader", **given}
    assert client.post(reverse("invite-person"), form).status_code == 302
    work()
    return Letters(home).path(form["email"], "/invitation/")


def test_from_an_invitation_to_signing_in(world: World, visitor: Visitor, home: Path) -> None:
    path = invited(home, visitor(Role.OWNER), organisation="Theirs Hosting")
    stranger = Client()
    text = stranger.get(path).content.decode()
    assert "Ours Broadband" in text
    assert "Theirs" not in text
    assert stranger.post(path, {"name": "Eve", "password": "short"}).status_code == 400
    done = stranger.post(path, {"name": "Eve", "password": WORD})
    assert (done.status_code, "Welcome, Eve" in done.content.decode()) == (200, True)
    assert authenticate(email=EVE, password=WORD) is not None
    assert stranger.get(path).status_code == 400
    assert stranger.post(path, {"name": "Eve", "password": WORD}).status_code == 400


def test_looking_at_links_changes_nothing(world: World, visitor: Visitor, home: Path) -> None:
    path = invited(home, visitor(Role.OWNER))
    with staff_scope():
        before = list(Invitation.objects.values()), Person.objects.count()
    for _ in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    with staff_scope():
        assert (list(Invitation.objects.values()), Person.objects.count()) == before


def test_a_form_that_is_not_ours_accepts_nothing(
    world: World, visitor: Visitor, home: Path
) -> None:
    path = invited(home, visitor(Role.OWNER))
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"name": "Eve", "password": WORD}).status_code == 403


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "é"])
def test_forged_links_open_nothing(world: World, token: str) -> None:
    response = Client().get(f"/invitation/{token}/")
    assert (response.status_code, "no longer works" in response.content.decode()) == (400, True)


def test_guessing_links_is_slowed_down(world: World) -> None:
    client = Client()
    codes = {client.post("/invitation/x/").status_code for _ in range(LINKS)}
    assert codes == {400}
    assert client.post("/invitation/x/").status_code == 429


@pytest.mark.parametrize(
    ("role", "given", "says"),
    [
        (Role.OWNER, {"role": "analyst"}, "cannot invite"),
        (Role.OWNER, {"role": "king"}, "Choose a role"),
        (Role.OWNER, {"email": "eve"}, "not an e-mail"),
        (Role.ANALYST, {"role": "reader"}, "cannot invite"),
        (Role.ANALYST, {"role": "owner"}, "Choose the organisation"),
        (Role.ANALYST, {"role": "owner", "organisation": "Nobody"}, "no organisation"),
    ],
)
def test_what_is_not_sent(
    world: World, visitor: Visitor, role: Role, given: dict[str, str], says: str
) -> None:
    response = visitor(role).post(
        reverse("invite-person"), {"email": EVE, "role": "reader", **given}
    )
    assert (response.status_code, says in response.content.decode()) == (400, True)
    assert waiting() == []


def test_an_analyst_invites_an_owner_and_staff(world: World, visitor: Visitor, home: Path) -> None:
    analyst = visitor(Role.ANALYST)
    invited(home, analyst, role="owner", organisation="theirs hosting")
    invited(home, analyst, role="auditor", email="f@authority.example")
    with staff_scope():
        made = dict(Invitation.objects.filter(role__in=["owner", "auditor"]).values_list(
            "role", "organisation"
        ))  # fmt: skip
    assert made == {"owner": world.theirs.pk, "auditor": None}


def test_an_owner_changes_suspends_and_removes(world: World, visitor: Visitor) -> None:
    owner, number = visitor(Role.OWNER), member_number("person", world.ours)
    address = reverse("person", args=[number])

    def somebody() -> Person | None:
        with staff_scope():
            return Person.objects.filter(pk=number).first()

    for form, check in (
        ({"do": "role", "role": "abuse_desk"}, lambda one: one.role == "abuse_desk"),
        ({"do": "suspend"}, lambda one: not one.is_active),
        ({"do": "restore"}, lambda one: one.is_active),
        ({"do": "remove"}, lambda one: one is None),
    ):
        assert owner.post(address, form).status_code == 302
        assert check(somebody()), form


@pytest.mark.parametrize("do", ["role", "suspend", "remove", "nothing", ""])
def test_the_last_owner_stays(world: World, visitor: Visitor, do: str) -> None:
    owner = visitor(Role.OWNER)
    with staff_scope():
        me = Person.objects.get(role=Role.OWNER)
    response = owner.post(reverse("person", args=[me.pk]), {"do": do, "role": "reader"})
    assert response.status_code == 400
    with staff_scope():
        assert Person.objects.get(pk=me.pk).is_active


@pytest.mark.parametrize("name", ["person", "invitation"])
@pytest.mark.parametrize("role", [Role.OWNER, Role.READER, Role.AUDITOR, None])
def test_others_people_and_invitations_are_not_touched(
    world: World, visitor: Visitor, name: str, role: Role | None
) -> None:
    client = Client() if role is None else visitor(role)
    where = reverse(name, args=[member_number(name, world.theirs)])
    with staff_scope():
        before = list(Person.objects.order_by("pk").values()), list(Invitation.objects.values())
    for do in ("remove", "withdraw", "suspend"):
        expected = {Role.OWNER: 404, None: 302}.get(role, 403)
        assert client.post(where, {"do": do}).status_code == expected
    with staff_scope():
        after = list(Person.objects.order_by("pk").values()), list(Invitation.objects.values())
    assert after == before


def test_an_invitation_is_sent_again_or_withdrawn(
    world: World, visitor: Visitor, home: Path
) -> None:
    owner = visitor(Role.OWNER)
    first = invited(home, owner)
    with staff_scope():
        number = Invitation.objects.get(email=EVE).pk
    where = reverse("invitation", args=[number])
    assert owner.post(where, {"do": "again"}).status_code == 302
    work()
    second = Letters(home).path(EVE, "/invitation/")
    assert [Client().get(path).status_code for path in (first, second)] == [400, 200]
    assert owner.post(where, {"do": "withdraw"}).status_code == 302
    assert Client().get(second).status_code == 400
    assert owner.post(where, {"do": "withdraw"}).status_code == 400


def test_the_list_says_who_stays_away(world: World, visitor: Visitor) -> None:
    with staff_scope():
        Person.objects.filter(organisation=world.ours).update(
            created_at=datetime(2020, 1, 1, tzinfo=UTC)
        )
    assert "stays away" in visitor(Role.OWNER).get(reverse("people")).content.decode()

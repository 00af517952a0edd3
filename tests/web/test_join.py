"""The public pages for applying and proving, and the analyst's for deciding."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.constituency.joining.world import JO, use_registry
from tests.letters import Letters
from tests.queued import waiting, work
from tests.web.world import World, member_number
from tocsin.access.models import Invitation, Role
from tocsin.constituency.models import Application, Asset, Claim, Organisation, Proof
from tocsin.database.scope import staff_scope
from tocsin.web.limits import APPLICATIONS, LINKS, PER_ADDRESS

FORM = {
    "name": "Newcomer", "kind": "isp", "region": "", "sector": "", "email": JO,
    "claims": "192.0.2.0/24\nours.example",
}  # fmt: skip
Visitor = Callable[[Role], Client]


@pytest.fixture(autouse=True)
def _registry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    use_registry(monkeypatch)


@pytest.fixture
def link(home: Path) -> str:
    """The applicant's page."""
    assert Client().post(reverse("join"), FORM).status_code == 200
    work()
    return Letters(home).path(JO, "/join/")


def applied() -> Application:
    with staff_scope():
        return Application.objects.get(email=JO)


def everything() -> list[object]:
    with staff_scope():
        tables = (Application, Claim, Proof, Asset, Organisation)
        return [list(table.objects.order_by("pk").values()) for table in tables]


def test_from_applying_to_being_invited(visitor: Visitor, link: str, home: Path) -> None:
    stranger, desk = Client(), Client()
    assert "Is this your address?" in stranger.get(link).content.decode()
    assert stranger.post(link).status_code == 302
    work()
    text = stranger.get(link).content.decode()
    assert "tocsin-proof=" in text
    proof = Letters(home).path("abuse@ours.example", "/join/proof/")
    assert "192.0.2.0/24" in desk.get(proof).content.decode()
    assert "Thank you" in desk.post(proof, {"do": "yes"}).content.decode()
    analyst, where = visitor(Role.ANALYST), reverse("one-application", args=[applied().pk])
    assert ">proven</strong>" in analyst.get(where).content.decode()
    with staff_scope():
        first = Claim.objects.get(application=applied(), value="192.0.2.0/24")
        second = Claim.objects.get(application=applied(), value="ours.example")
    assert analyst.post(where, {"do": "approve", "claim": [first.pk]}).status_code == 302
    refused = analyst.post(where, {"do": "approve", "claim": [second.pk]})
    assert (refused.status_code, "Nothing proves" in refused.content.decode()) == (400, True)
    no = {"do": "decline", "claim": [second.pk], "reason": "No record"}
    assert analyst.post(where, no).status_code == 302
    work()
    assert "declined (No record)" in Letters(home).text(JO)
    with staff_scope():
        assert Invitation.objects.get(email=JO).organisation == Organisation.objects.get(
            name="Newcomer"
        )


def test_looking_changes_nothing(link: str, home: Path) -> None:
    Client().post(link)
    work()
    proof = Letters(home).path("abuse@ours.example", "/join/proof/")
    before = everything()
    for path in (link, proof, reverse("join")):
        for _ in range(2):
            assert Client().get(path).status_code == 200
            assert Client().head(path).status_code == 200
    assert everything() == before
    assert waiting() == []


def test_forms_that_are_not_ours_do_nothing(link: str) -> None:
    before = everything()
    strict = Client(enforce_csrf_checks=True)
    for path in (link, reverse("join"), "/join/proof/x/", "/contact/x/"):
        assert strict.post(path, FORM).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("path", ["/join/{}/", "/join/proof/{}/", "/contact/{}/"])
@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "a:b:c"])
def test_forged_links_open_nothing(path: str, token: str) -> None:
    for response in (Client().get(path.format(token)), Client().post(path.format(token))):
        assert response.status_code == 400
        assert "does not work" in response.content.decode()


def test_a_member_and_a_stranger_get_the_same_answer(world: World) -> None:
    """Whether somebody is a member already is not told."""
    pages = []
    for name in ("Ours Broadband", "Nobody Known"):
        form = {**FORM, "name": name, "claims": "198.51.100.0/24"}
        response = Client().post(reverse("join"), form)
        pages.append((response.status_code, response.content))
    assert pages[0] == pages[1]


def test_mistakes_are_said_and_nothing_is_lost() -> None:
    form = {**FORM, "claims": "192.0.2.1/24", "message": "hello <b>"}
    response = Client().post(reverse("join"), form)
    text = response.content.decode()
    assert response.status_code == 400
    assert "write 192.0.2.0/24" in text
    assert "hello &lt;b&gt;" in text
    assert 'value="Newcomer"' in text


def test_applying_is_slowed_down() -> None:
    client = Client()
    codes = [client.post(reverse("join"), FORM).status_code for _ in range(PER_ADDRESS + 1)]
    assert codes == [200] * PER_ADDRESS + [429]
    others = [
        client.post(reverse("join"), {**FORM, "email": f"a{n}@b.example"}).status_code
        for n in range(APPLICATIONS)
    ]
    assert others[-1] == 429


@pytest.mark.parametrize("path", ["/join/x/", "/join/proof/x/", "/contact/x/"])
def test_guessing_links_is_slowed_down(path: str) -> None:
    client = Client()
    codes = {client.post(path).status_code for _ in range(LINKS)}
    assert codes == {400}
    assert client.post(path).status_code == 429


def test_asking_for_dns_is_left_to_a_job(link: str) -> None:
    Client().post(link)
    work()
    Client().post(link)
    assert waiting() == [("tocsin.constituency.look_into_dns", {"application": applied().pk})]


@pytest.mark.parametrize("role", [None, Role.OWNER, Role.AUDITOR])
def test_nobody_else_decides(world: World, visitor: Visitor, role: Role | None) -> None:
    client = Client() if role is None else visitor(role)
    before = everything()
    where = reverse("one-application", args=[member_number("one-application", world.theirs)])
    response = client.post(where, {"do": "approve", "claim": ["1"], "unproven": "1"})
    assert response.status_code == (302 if role is None else 403)
    assert everything() == before


@pytest.mark.parametrize("claim", ["", "x", "0", "9" * 30, "²"])
def test_what_is_no_claim_is_said(world: World, visitor: Visitor, claim: str) -> None:
    where = reverse("one-application", args=[member_number("one-application", world.ours)])
    response = visitor(Role.ANALYST).post(where, {"do": "approve", "claim": [claim]})
    assert (response.status_code, "Choose" in response.content.decode()) == (400, True)

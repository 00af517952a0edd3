"""Every page of the URL map against everybody: a new page without a line here fails."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.web.world import MEMBER_ROLES, World
from tocsin.access.models import STAFF_ROLES, Role
from tocsin.web.urls import urlpatterns

ANALYST = {Role.ANALYST}
STATISTICS = {Role.ANALYST, Role.PROTECT_OFFICER, Role.AUDITOR}
MEMBERS = set(MEMBER_ROLES)
EVERYBODY = set(Role)

# Who may see the page (None: strangers too), and what its address says about whose it is.
PAGES: dict[str, tuple[set[Role] | None, str]] = {
    "front": (None, ""),
    "healthz": (None, ""),
    "sign-in": (None, ""),
    "ask-for-link": (None, ""),
    "sign-in-by-link": (None, ""),
    "sign-out": (None, ""),
    "status": (EVERYBODY, ""),
    "organisations": (STATISTICS, ""),
    "organisation": (STATISTICS | MEMBERS, "organisation"),
    "feeds": (STATISTICS, ""),
    "reports": (STATISTICS, ""),
    "refused": (ANALYST, ""),
    "refused-lists": (ANALYST, ""),
    "outbox": (ANALYST | MEMBERS, ""),
    "delivery": (ANALYST | MEMBERS, "delivery"),
    "delivery-html": (ANALYST | MEMBERS, "delivery"),
    "delivery-attachment": (ANALYST | MEMBERS, "delivery"),
}
GUARDED = [(name, roles, owned) for name, (roles, owned) in PAGES.items() if roles is not None]


def _address(name: str, owned: str, world: World, whose: str) -> str:
    if not owned:
        return reverse(name)
    number = {
        "organisation": {"ours": world.ours.pk, "theirs": world.theirs.pk},
        "delivery": {"ours": world.our_delivery.pk, "theirs": world.their_delivery.pk},
    }[owned][whose]
    return reverse(name, args=[number, 1] if name == "delivery-attachment" else [number])


def test_the_table_has_every_page_and_the_roles_of_its_view() -> None:
    patterns = [each for each in urlpatterns if isinstance(each, URLPattern)]
    assert len(patterns) == len(urlpatterns), "included URL maps need this test as well"
    found = {str(each.name): getattr(each.callback, "roles", "no guard") for each in patterns}
    assert found == {name: frozenset(roles or ()) for name, (roles, _) in PAGES.items()}


@pytest.mark.parametrize(("name", "roles", "owned"), GUARDED)
def test_a_stranger_is_asked_to_sign_in(
    world: World, name: str, roles: set[Role], owned: str
) -> None:
    address = _address(name, owned, world, "ours")
    response = Client().get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("sign-in") + "?next=")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_pages_and_no_other(
    world: World, visitor: Callable[[Role], Client], role: Role
) -> None:
    client = visitor(role)
    seen = {
        name: client.get(_address(name, owned, world, "ours")).status_code
        for name, _, owned in GUARDED
    }
    assert seen == {name: 200 if role in roles else 403 for name, roles, _ in GUARDED}


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_another_organisations_things_do_not_exist(
    world: World, visitor: Callable[[Role], Client], role: Role
) -> None:
    client = visitor(role)
    for name, _, owned in GUARDED:
        if owned:
            response = client.get(_address(name, owned, world, "theirs"))
            assert response.status_code == 404, name


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_no_page_of_a_member_names_another_organisation(
    world: World, visitor: Callable[[Role], Client], role: Role
) -> None:
    client = visitor(role)
    for name, roles, owned in GUARDED:
        if role in roles:
            text = client.get(_address(name, owned, world, "ours")).content.decode()
            assert "Theirs" not in text, name
            assert world.their_delivery.alert.ticket not in text, name


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_see_what_is_anybodys(
    world: World, visitor: Callable[[Role], Client], role: Role
) -> None:
    client = visitor(role)
    for name, roles, owned in GUARDED:
        if owned and role in roles:
            assert client.get(_address(name, owned, world, "theirs")).status_code == 200


@pytest.mark.parametrize(("name", "roles", "owned"), GUARDED)
def test_pages_only_answer_reads(
    world: World, analyst: Client, name: str, roles: set[Role], owned: str
) -> None:
    assert analyst.post(_address(name, owned, world, "ours")).status_code == 405

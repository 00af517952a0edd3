"""Every page of the URL map against everybody: a new page without a line here fails.

The API's operations are not pages: tests/web/api/test_refusals.py asks those.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.web.world import MEMBER_ROLES, World, browser_of, make_person, member_number
from tocsin.access.models import STAFF_ROLES, Role
from tocsin.web.urls import urlpatterns

ANALYST = {Role.ANALYST}
OWNER = {Role.OWNER}
STATISTICS = {Role.ANALYST, Role.PROTECT_OFFICER, Role.AUDITOR}
MEMBERS = set(MEMBER_ROLES)
EVERYBODY = set(Role)
DESK = {Role.OWNER, Role.ABUSE_DESK}

# What answers a form (also), and what answers nothing but a form; the rest is for reading.
FORMS = {
    "answers-upload", "confirm", "authenticator-app", "new-passkey", "password",
    "invite-person", "person", "invitation", "contacts", "own-assets", "one-application",
}  # fmt: skip
ACTS = {
    "remove-app", "new-passkey-options", "remove-passkey", "recovery-codes", "end-session",
    "end-other-sessions",
}  # fmt: skip
# What staff reach who have not shown a second factor.
UNPROVEN = {
    "confirm", "second-factor", "authenticator-app", "new-passkey", "new-passkey-options",
}  # fmt: skip
# What asks for proof again.
DANGEROUS = {
    "authenticator-app", "new-passkey", "new-passkey-options", "remove-app", "remove-passkey",
    "recovery-codes", "password", "invite-person", "person",
}  # fmt: skip
# Who may see the page (None: strangers too), and what its address says about whose it is.
PAGES: dict[str, tuple[set[Role] | None, str]] = {
    "front": (None, ""),
    "healthz": (None, ""),
    "schema-answer-1": (None, ""),
    "answer": (None, ""),
    "answer-file": (None, ""),
    "answer-refused": (None, ""),
    "answer-threat": (None, ""),
    "answers-upload": (DESK, ""),
    "answers-refused": (DESK, ""),
    "sign-in": (None, ""),
    "ask-for-link": (None, ""),
    "sign-in-by-link": (None, ""),
    "sign-out": (None, ""),
    "second-step": (None, ""),
    "by-passkey": (None, ""),
    "passkey-options": (None, ""),
    "to-provider": (None, ""),
    "from-provider": (None, ""),
    "account": (EVERYBODY, ""),
    "confirm": (EVERYBODY, ""),
    "second-factor": (EVERYBODY, ""),
    "authenticator-app": (EVERYBODY, ""),
    "remove-app": (EVERYBODY, ""),
    "new-passkey": (EVERYBODY, ""),
    "new-passkey-options": (EVERYBODY, ""),
    "remove-passkey": (EVERYBODY, "account"),
    "recovery-codes": (EVERYBODY, ""),
    "password": (EVERYBODY, ""),
    "end-session": (EVERYBODY, "account"),
    "end-other-sessions": (EVERYBODY, ""),
    "accept-invitation": (None, ""),
    "join": (None, ""),
    "application": (None, ""),
    "proof": (None, ""),
    "confirm-address": (None, ""),
    "people": (OWNER | ANALYST, ""),
    "invite-person": (OWNER | ANALYST, ""),
    "person": (OWNER | ANALYST, "person"),
    "invitation": (OWNER | ANALYST, "invitation"),
    "contacts": (OWNER, ""),
    "own-assets": (OWNER, ""),
    "applications": (ANALYST, ""),
    "one-application": (ANALYST, "one-application"),
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
    if owned in ("person", "invitation", "one-application"):
        organisation = world.ours if whose == "ours" else world.theirs
        return reverse(name, args=[member_number(owned, organisation)])
    number = {
        "account": {"ours": 0, "theirs": 0},
        "organisation": {"ours": world.ours.pk, "theirs": world.theirs.pk},
        "delivery": {"ours": world.our_delivery.pk, "theirs": world.their_delivery.pk},
    }[owned][whose]
    return reverse(name, args=[number, 1] if name == "delivery-attachment" else [number])


def test_the_table_has_every_page_and_the_roles_of_its_view() -> None:
    patterns = [each for each in urlpatterns if isinstance(each, URLPattern)]
    included = [each for each in urlpatterns if not isinstance(each, URLPattern)]
    assert [each.namespace for each in included] == ["api"], "included maps need a test as well"
    found = {str(each.name): getattr(each.callback, "roles", "no guard") for each in patterns}
    assert found == {name: frozenset(roles or ()) for name, (roles, _) in PAGES.items()}


@pytest.mark.parametrize(("name", "roles", "owned"), GUARDED)
def test_a_stranger_is_asked_to_sign_in(
    world: World, name: str, roles: set[Role], owned: str
) -> None:
    address = _address(name, owned, world, "ours")
    client = Client()
    response = client.post(address) if name in ACTS else client.get(address)
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
    read = {name: 405 if name in ACTS else 200 for name in PAGES}
    assert seen == {name: read[name] if role in roles else 403 for name, roles, _ in GUARDED}


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_another_organisations_things_do_not_exist(
    world: World, visitor: Callable[[Role], Client], role: Role
) -> None:
    client = visitor(role)
    for name, roles, owned in GUARDED:
        if owned and role in roles:
            address = _address(name, owned, world, "theirs")
            response = client.post(address) if name in ACTS else client.get(address)
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
        if owned and role in roles and name not in ACTS:
            assert client.get(_address(name, owned, world, "theirs")).status_code == 200


@pytest.mark.parametrize(("name", "roles", "owned"), GUARDED)
def test_only_forms_answer_anything_but_reads(
    world: World, analyst: Client, name: str, roles: set[Role], owned: str
) -> None:
    answer = analyst.post(_address(name, owned, world, "ours")).status_code
    assert (answer == 405) == (name not in FORMS | ACTS)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_without_a_second_factor_reach_nothing_but_the_pages_that_set_one_up(
    world: World, role: Role
) -> None:
    client = browser_of(make_person(role, None), second_factor=False)
    for name, _, owned in GUARDED:
        address = _address(name, owned, world, "ours")
        response = client.post(address) if name in ACTS else client.get(address)
        sent = response.status_code == 302 and response.headers["Location"]
        assert (sent == reverse("second-factor")) == (name not in UNPROVEN), name
    patterns = [each for each in urlpatterns if isinstance(each, URLPattern)]
    marked = {str(each.name) for each in patterns if getattr(each.callback, "unproven", False)}
    assert marked == UNPROVEN


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OWNER])
def test_dangerous_acts_ask_for_proof_that_is_not_older_than_ten_minutes(
    world: World, role: Role
) -> None:
    client = browser_of(make_person(role, world.ours), age=timedelta(minutes=10))
    for name, roles, owned in GUARDED:
        address = _address(name, owned, world, "ours")
        response = client.post(address) if name in ACTS else client.get(address)
        sent = response.status_code == 302 and response.headers["Location"]
        asks = bool(sent) and str(sent).startswith(reverse("confirm"))
        assert asks == (name in DANGEROUS and role in roles), name


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("contacts", Role.OWNER),
        ("invitation", Role.OWNER),
        ("one-application", Role.ANALYST),
    ],
)
def test_some_pages_ask_for_proof_only_when_their_form_is_sent(
    world: World, name: str, role: Role
) -> None:
    client = browser_of(make_person(role, world.ours), age=timedelta(minutes=10))
    address = _address(name, PAGES[name][1], world, "ours")
    assert client.get(address).status_code == 200
    sent = client.post(address, {"do": "remove"})
    assert (sent.status_code, sent.headers["Location"].partition("?")[0]) == (
        302,
        reverse("confirm"),
    )

"""What holds for every page of the URL map; a new one is taken in by itself."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, path, reverse

from tests.web.matrix import outgoing
from tests.web.matrix.pages import PAGES as ABOUT
from tests.web.world import MEMBER_ROLES, NOW, World, incoming_number, member_number
from tocsin.access.models import Role
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.constituency.current_map import current_map
from tocsin.web.gate import ANYBODY
from tocsin.web.urls import urlpatterns

MOST_QUERIES = 20
OWN = re.compile(r"SAVEPOINT|RELEASE|.*\bset_config", re.DOTALL)  # of transactions and scopes
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
NOBODYS = 987_654_321
MEMBERS_OWN = {
    "person", "invited", "one-application", "alert", "contact-number", "delegation", "mute",
    "token", "webhook",
}  # fmt: skip
INCOMING_PAGES = {
    "report": "report", "report-refused": "report", "report-again": "report",
    "short-day": "day", "refused-file-again": "refused-file", "unattributed-network": "network",
}  # fmt: skip
PAST_ANY_NUMBER = 10**30


def roles_of(pattern: URLPattern) -> frozenset[Role]:
    """Fails for a view that names no roles."""
    roles: frozenset[Role] = getattr(pattern.callback, "roles")  # noqa: B009
    return roles


def methods_of(pattern: URLPattern) -> tuple[str, ...]:
    methods: tuple[str, ...] = getattr(pattern.callback, "methods")  # noqa: B009
    return methods


PATTERNS = [each for each in urlpatterns if isinstance(each, URLPattern)]
GUARDED = [each for each in PATTERNS if roles_of(each) != ANYBODY]
PAGES = [each for each in GUARDED if "GET" in methods_of(each)]
ACTS = [each for each in GUARDED if "GET" not in methods_of(each)]
OWNED = [each for each in PAGES if "number" in each.pattern.converters]
guarded = pytest.mark.parametrize("pattern", GUARDED, ids=lambda each: each.name)
named = pytest.mark.parametrize("pattern", PAGES, ids=lambda each: each.name)
acts = pytest.mark.parametrize("pattern", ACTS, ids=lambda each: each.name)
owned = pytest.mark.parametrize("pattern", OWNED, ids=lambda each: each.name)


@pytest.fixture
def world(world: World, request: pytest.FixtureRequest) -> World:
    """With what the page is about, where that is not there anyway."""
    pattern = getattr(request.node, "callspec", None) and request.node.callspec.params.get(
        "pattern"
    )
    if pattern and ABOUT[str(pattern.name)].about in outgoing.ABOUT:
        outgoing.make()
        given = [Given(UUID(int=1), Statement.FALSE_POSITIVE)]
        answer(world.ours.pk, given, Who("us"), Via.PAGE, NOW + timedelta(hours=1))
    return world


@pytest.fixture(autouse=True)
def exports_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """For answers that nobody reads to their end."""
    monkeypatch.setattr("tocsin.web.api.exports._admit", lambda reader: True)
    monkeypatch.setattr("tocsin.web.api.exports._let_go", lambda reader: None)


def address(pattern: URLPattern, number: int) -> str:
    values: dict[str, object] = {
        "number": number, "part": 1, "reason": "bad-timestamp", "page": "glossary",
        "picture": "flow.svg",
    }  # fmt: skip
    whose = "nobodys" if number == NOBODYS else "ours"
    if "name" in pattern.pattern.converters:
        values["name"] = "nobodys" if number == NOBODYS else "shadowserver"
    about = ABOUT[str(pattern.name)].about
    if about in outgoing.ABOUT - set(outgoing.TABLES):
        values |= outgoing.given(about, whose)
    elif about == "threat":
        values["threat"] = UUID(int=NOBODYS if number == NOBODYS else 1)
    return reverse(
        str(pattern.name), kwargs={name: values[name] for name in pattern.pattern.converters}
    )


def number_of(pattern: URLPattern, world: World, whose: str) -> int:
    owner = world.ours if whose == "ours" else world.theirs
    if pattern.name in INCOMING_PAGES:
        return incoming_number(INCOMING_PAGES[pattern.name])
    if pattern.name in ("engagement", "change-engagement", "engagement-calendar"):
        return member_number("engagement", owner)
    if pattern.name == "officer":
        return world.officer.pk
    about = ABOUT[str(pattern.name)].about
    if about == "organisation":
        return owner.pk
    if about in outgoing.TABLES:
        return int(outgoing.given(about, whose)["number"])
    if about in MEMBERS_OWN:
        return member_number(about.replace("invited", "invitation"), owner)
    return (world.our_delivery if whose == "ours" else world.their_delivery).pk


def some_role(pattern: URLPattern) -> Role:
    return min(roles_of(pattern))


def seen(client: Client, where: str) -> tuple[int, str]:
    response = client.get(where)
    return response.status_code, TOKEN.sub("", response.content.decode())


def test_a_view_that_names_no_roles_would_be_found() -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse("everything")

    with pytest.raises(AttributeError, match="roles"):
        roles_of(path("status/everything/", bare))
    assert len(GUARDED) >= 11
    assert {each.name for each in OWNED} >= {"organisation", "delivery", "delivery-attachment"}


@named
def test_a_stranger_learns_nothing_but_where_to_sign_in(world: World, pattern: URLPattern) -> None:
    for number in (number_of(pattern, world, "theirs"), NOBODYS):
        response = Client().get(address(pattern, number))
        assert (response.status_code, response.content) == (302, b"")
        assert response.headers["Location"].startswith("/sign-in/?next=")


@named
def test_a_role_that_is_not_named_is_refused_and_learns_nothing(
    world: World, visitor: Callable[[Role], Client], pattern: URLPattern
) -> None:
    for role in set(Role) - roles_of(pattern):
        client = visitor(role)
        there = seen(client, address(pattern, number_of(pattern, world, "ours")))
        nowhere = seen(client, address(pattern, NOBODYS))
        assert there == nowhere, role
        assert there[0] == 403
        assert world.our_delivery.alert.ticket not in there[1]


@owned
@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_what_is_another_organisations_answers_as_what_does_not_exist(
    world: World, visitor: Callable[[Role], Client], pattern: URLPattern, role: Role
) -> None:
    if role not in roles_of(pattern):
        pytest.skip("refused whatever the number: see above")
    client = visitor(role)
    theirs = seen(client, address(pattern, number_of(pattern, world, "theirs")))
    assert theirs == seen(client, address(pattern, NOBODYS))
    assert theirs[0] == 404
    assert seen(client, address(pattern, number_of(pattern, world, "ours")))[0] == 200


@owned
def test_numbers_of_nothing_are_not_found(
    world: World, visitor: Callable[[Role], Client], pattern: URLPattern
) -> None:
    client = visitor(some_role(pattern))
    for number in (0, NOBODYS, 2**63, PAST_ANY_NUMBER):
        assert client.get(address(pattern, number)).status_code == 404, number


@named
def test_few_queries(world: World, visitor: Callable[[Role], Client], pattern: URLPattern) -> None:
    current_map()  # built once after each change of the assets, whoever needs it first
    client = visitor(some_role(pattern))
    where = address(pattern, number_of(pattern, world, "ours"))
    client.get(where)  # a connection's first one also has the plans made that it keeps
    with CaptureQueriesContext(connection) as queries:
        client.get(where)
    asked = [query["sql"] for query in queries if not OWN.match(query["sql"])]
    assert 2 <= len(asked) <= MOST_QUERIES, asked


QUERIES = (
    "state=%00", "state=%FF%FE", "state='--", "state=sent&state=x", "state[]=x", "%00=%00",
    "after=%00", "after=" + "x" * 4000, "after=WzFd:1abc:x", "x=" + "%F0%9F%94%94" * 50,
)  # fmt: skip


@named
def test_no_query_breaks_a_page(
    world: World, visitor: Callable[[Role], Client], pattern: URLPattern
) -> None:
    where = address(pattern, number_of(pattern, world, "ours"))
    client = visitor(some_role(pattern))
    answers = {query: client.get(f"{where}?{query}").status_code for query in QUERIES}
    assert {query: status for query, status in answers.items() if status not in (200, 400)} == {}


@guarded
def test_a_page_answers_what_its_view_says_and_nothing_else(
    world: World, visitor: Callable[[Role], Client], pattern: URLPattern
) -> None:
    where = address(pattern, number_of(pattern, world, "ours"))
    client = visitor(some_role(pattern))
    for method in ("get", "head", "put", "patch", "delete", "post"):  # what acts comes last
        status = getattr(client, method)(where).status_code
        assert (status == 405) == (method.upper() not in methods_of(pattern)), method


@acts
def test_a_stranger_can_do_nothing(world: World, pattern: URLPattern) -> None:
    for number in (1, NOBODYS):
        response = Client().post(address(pattern, number))
        assert (response.status_code, response.content) == (302, b"")
        assert response.headers["Location"].startswith("/sign-in/?next=")


@acts
def test_forms_that_were_not_ours_do_nothing(
    world: World, visitor: Callable[[Role], Client], pattern: URLPattern
) -> None:
    """Another page's form comes with the cookie, but without the token."""
    client = visitor(some_role(pattern))
    client.handler.enforce_csrf_checks = True
    assert client.post(address(pattern, 1)).status_code == 403


@named
def test_head_is_answered_like_get_without_the_page(
    world: World, visitor: Callable[[Role], Client], pattern: URLPattern
) -> None:
    response = visitor(some_role(pattern)).head(address(pattern, number_of(pattern, world, "ours")))
    assert (response.status_code, response.content) == (200, b"")

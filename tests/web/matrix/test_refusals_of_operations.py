"""Every operation of the API against everybody who must not have it: refused, nothing changed."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.web.api.caller import BASE, Api, problem
from tests.web.api.operations import LINES, Line, path_of
from tests.web.matrix.standing import Standing, forget_visits, nothing_changed, seen, undone
from tests.web.world import MEMBER_ROLES
from tocsin.access.models import ApiToken, Person, Role
from tocsin.access.rate import Rate
from tocsin.access.scopes import scopes_of
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.web.api import door

NOW = datetime.now(UTC)
UNKNOWN = "tocsin_" + "0" * 42
WHOSE = ("ours", "theirs", "nobodys")
# Where others put a token, and we never look.
QUERIES = ("token", "access_token", "api_key", "key", "bearer", "authorization")


def some_role(line: Line) -> Role:
    return min(line.roles & {Role.OWNER} or line.roles)


def ask(caller: Api, line: Line, path: str) -> Any:
    forget_visits()
    return caller.ask(line.method, path, line.body)


def answers(caller: Api, line: Line, standing: Standing, role: Role) -> set[Any]:
    """All the different answers there are, whatever the id in the address."""
    paths = [path_of(line, standing.world, whose, role) for whose in WHOSE]
    return {seen(ask(caller, line, path)) for path in paths}


@contextmanager
def changing_nothing(what: object) -> Iterator[None]:
    with undone(), nothing_changed(what):
        yield


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_operations_and_no_other(standing: Standing, role: Role) -> None:
    with undone():
        caller = Api(standing.token(role))
        with nothing_changed(role):
            for name, line in LINES.items():
                if role not in line.roles:
                    (told,) = answers(caller, line, standing, role)
                    assert (told[0], b"urn:tocsin:problem:forbidden" in told[2]) == (403, True), (
                        name
                    )
        for name, line in LINES.items():
            if role in line.roles:
                with undone():
                    response = ask(caller, line, path_of(line, standing.world, "ours", role))
                    content = seen(response)[2]
                assert response.status_code == line.status, (name, content)


STRANGERS: list[tuple[str, dict[str, str]]] = [
    ("nothing", {}),
    ("an empty token", {"Authorization": "Bearer "}),
    ("no token", {"Authorization": "Bearer nonsense"}),
    ("an unknown token", {"Authorization": f"Bearer {UNKNOWN}"}),
    ("no scheme", {"Authorization": UNKNOWN}),
    ("NUL", {"Authorization": "Bearer \0"}),
    ("a long one", {"Authorization": "Bearer " + "x" * 10_000}),
]


@pytest.mark.parametrize(("what", "headers"), STRANGERS)
def test_strangers_get_the_same_answer_everywhere(
    standing: Standing, what: str, headers: dict[str, str]
) -> None:
    caller = Api(None)
    caller.headers = headers
    with changing_nothing(what):
        for name, line in LINES.items():
            (told,) = answers(caller, line, standing, some_role(line))
            assert told[0] == 401, name
            assert b"urn:tocsin:problem:unauthorised" in told[2], name
            assert ("WWW-Authenticate", 'Bearer realm="Tocsin"') in told[1], name


def test_a_good_token_counts_in_its_header_only(standing: Standing) -> None:
    with undone():
        for name, line in LINES.items():
            good = standing.token(some_role(line))
            path = path_of(line, standing.world, "ours", some_role(line))
            with nothing_changed(name):
                for word in QUERIES:
                    mark = "&" if "?" in path else "?"
                    assert ask(Api(None), line, f"{path}{mark}{word}={good}").status_code == 401
                caller = Api(None)
                basic = b64encode(f"x:{good}".encode()).decode()
                for headers in (
                    {"Authorization": f"Basic {basic}"}, {"Authorization": f"Token {good}"},
                    {"X-API-Key": good}, {"Cookie": f"tocsin={good}; token={good}"},
                    {"Proxy-Authorization": f"Bearer {good}"},
                ):  # fmt: skip
                    caller.headers = headers
                    assert ask(caller, line, path).status_code == 401, (name, headers)


def test_who_is_signed_in_on_the_pages_is_nobody_here(standing: Standing) -> None:
    """So no other site can have a browser ask."""
    with undone():
        clients = {role: standing.browser(role) for role in Role}
        with nothing_changed("a cookie"):
            for name, line in LINES.items():
                caller = Api(None)
                caller.client = clients[some_role(line)]
                path = path_of(line, standing.world, "ours", some_role(line))
                assert ask(caller, line, path).status_code == 401, name


def _expire(row: ApiToken) -> None:
    ApiToken.objects.filter(pk=row.pk).update(expires_at=NOW - timedelta(seconds=1))


def _revoke(row: ApiToken) -> None:
    ApiToken.objects.filter(pk=row.pk).update(revoked_at=NOW)


def _suspend_person(row: ApiToken) -> None:
    Person.objects.filter(pk=row.person_id).update(is_active=False)


def _suspend_organisation(row: ApiToken) -> None:
    Organisation.objects.filter(person=row.person).update(suspended=True)


def _remove_person(row: ApiToken) -> None:
    Person.objects.filter(pk=row.person_id).delete()


ENDS = [_expire, _revoke, _suspend_person, _suspend_organisation, _remove_person]


@pytest.mark.parametrize("end", ENDS)
def test_a_token_that_ended_is_like_one_that_never_was(
    standing: Standing, end: Callable[[ApiToken], None]
) -> None:
    with undone():
        tokens = {role: standing.token(role) for role in Role}
        with staff_scope():
            for row in ApiToken.objects.all():
                end(row)
        with nothing_changed(end.__name__):
            for name, line in LINES.items():
                (unknown,) = answers(Api(UNKNOWN), line, standing, some_role(line))
                for role in {some_role(line), min(line.roles)}:
                    if role not in MEMBER_ROLES and end is _suspend_organisation:
                        continue
                    (told,) = answers(Api(tokens[role]), line, standing, role)
                    assert told == unknown, (name, role)
                    assert told[0] == 401


def test_a_role_that_was_taken_away_takes_the_tokens_scopes_along(standing: Standing) -> None:
    with undone():
        caller = Api(standing.token(Role.OWNER))
        with staff_scope():
            who = standing.people["ours", Role.OWNER].pk
            Person.objects.filter(pk=who).update(role=Role.READER)
        with nothing_changed("a reader now"):
            for name, line in LINES.items():
                if Role.READER not in line.roles:
                    (told,) = answers(caller, line, standing, Role.OWNER)
                    assert told[0] == 403, name


def test_without_its_scope_a_token_does_not_do(standing: Standing) -> None:
    with changing_nothing("no scope"):
        for name, line in LINES.items():
            for role in {some_role(line), min(line.roles)}:
                others = scopes_of(role) - {line.scope}
                if line.scope is None or not others:
                    continue
                caller = Api(standing.token(role, scopes=others))
                (told,) = answers(caller, line, standing, role)
                assert (told[0], b"needs the scope" in told[2]) == (403, True), (name, role)


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_another_organisations_things_are_not_there(standing: Standing, role: Role) -> None:
    with undone():
        caller = Api(standing.token(role))
        with nothing_changed(role):
            for name, line in LINES.items():
                if line.owned and role in line.roles:
                    response = ask(caller, line, path_of(line, standing.world, "theirs"))
                    assert problem(response) == (404, "not-found"), name


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_no_answer_names_another_organisation(standing: Standing, role: Role) -> None:
    theirs = (
        b"Theirs", b"theirs", standing.world.their_delivery.alert.ticket.encode(),
        b"00000000-0000-0000-0000-000000000004",
    )  # fmt: skip
    with undone():
        caller = Api(standing.token(role))
        for name, line in LINES.items():
            if role in line.roles:
                content = seen(ask(caller, line, path_of(line, standing.world, "ours", role)))[2]
                assert not [each for each in theirs if each in content], name


def test_members_do_not_choose_an_organisation(standing: Standing) -> None:
    with undone():
        caller = Api(standing.token(Role.OWNER))
        for path in ("/threats", "/threats.csv", "/threats.ndjson", "/assets"):
            for number in (standing.world.theirs.pk, 987_654):
                response = caller.get(f"{path}?organisation={number}")
                assert problem(response) == (403, "forbidden")


def test_guessing_tokens_is_slowed_down(standing: Standing) -> None:
    with undone():
        caller = Api(UNKNOWN)
        statuses = [caller.get("/token").status_code for _ in range(door.BAD_TOKENS + 1)]
    assert set(statuses[:-1]) == {401}
    assert statuses[-1] == 429


def test_one_token_is_slowed_down(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.web.api.door.RATE", Rate(2))
    with undone():
        caller = Api(standing.token(Role.OWNER))
        assert [caller.get("/token").status_code for _ in range(2)] == [200, 200]
        refused = caller.get("/token")
        assert problem(refused) == (429, "too-many-requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 30
        assert Api(standing.token(Role.OWNER)).get("/token").status_code == 200


def test_no_other_site_is_let_in(standing: Standing) -> None:
    """No answer of ours names another origin, not even when it is asked beforehand."""
    headers = {
        "Origin": "https://evil.example", "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }  # fmt: skip
    with undone():
        token = standing.token(Role.OWNER)
        for line in LINES.values():
            where = BASE + path_of(line, standing.world, "ours", some_role(line))
            for client in (Client(), Client(headers={"Authorization": f"Bearer {token}"})):
                for method in ("OPTIONS", "GET"):
                    _, told, _ = seen(client.generic(method, where, headers=headers))
                    assert not [each for each, _ in told if "Access-Control" in each]

"""Every operation that ninja knows against everybody who must not have it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from tests.web.api.caller import Api, problem
from tests.web.api.operations import LINES, Line, path_of
from tests.web.world import World
from tocsin.access.models import ApiToken, Person, Role
from tocsin.access.scopes import Scope, scopes_of
from tocsin.access.tokens import make_token
from tocsin.answers.actions import answer
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope
from tocsin.web.api.app import api as the_api
from tocsin.web.api.document import operations, rule_of

OPEN = {"openapi.json", ""}  # the document, and what finds the API's own address
NOW = datetime.now(UTC)
every = pytest.mark.parametrize("name", LINES)
owned = pytest.mark.parametrize("name", [name for name, line in LINES.items() if line.owned])
Person_ = Callable[[Role], Person]
Api_ = Callable[[Role], Api]


@pytest.fixture(autouse=True)
def _disputed(world: World) -> None:
    """The second threat of ours waits for an analyst, and a contact can be spared."""
    with staff_scope():
        Contact.objects.create(organisation=world.ours, email="second@ours.example")
        given = [Given(UUID(int=1), Statement.FALSE_POSITIVE)]
        answer(world.ours.pk, given, Who("us"), Via.PAGE, datetime(2026, 9, 30, 13, tzinfo=UTC))


def ask(
    caller: Api, line: Line, world: World, whose: str = "ours", role: Role | None = None
) -> Any:
    response = caller.ask(line.method, path_of(line, world, whose, role), line.body)
    if response.streaming:
        list(response.streaming_content)
    return response


def some_role(line: Line) -> Role:
    return min(line.roles & {Role.OWNER} or line.roles)


def token_of(person: Person, scopes: Any = None) -> tuple[str, ApiToken]:
    return make_token(person, "", scopes or scopes_of(person.role), NOW)


def test_the_table_has_every_operation_as_it_is_declared() -> None:
    found = {
        name: (method, re.sub(r"{\w+:(\w+)}", "{}", path), rule_of(one).roles, rule_of(one).scope)
        for name, (path, method, one) in operations(the_api).items()
    }
    table = {
        name: (line.method, line.path.partition("?")[0], frozenset(line.roles), line.scope)
        for name, line in LINES.items()
    }
    assert found == table


def test_nothing_is_served_that_is_not_an_operation() -> None:
    """A view that somebody adds beside the operations would have no door."""
    patterns, *_ = the_api.urls
    served = [each for each in patterns if isinstance(each, URLPattern)]
    assert len(served) == len(patterns)
    declared = {re.sub(r"{(\w+:\w+)}", r"<\1>", path[0]) for path in operations(the_api).values()}
    assert {str(each.pattern) for each in served} == {path.lstrip("/") for path in declared} | OPEN


@every
@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_operations_and_no_other(
    world: World, api: Api_, role: Role, name: str
) -> None:
    line = LINES[name]
    response = ask(api(role), line, world, role=role)
    if role in line.roles:
        assert response.status_code == line.status, response.content
    else:
        assert problem(response) == (403, "forbidden")
        assert problem(ask(api(role), line, world, "nobodys")) == (403, "forbidden")


@every
@pytest.mark.parametrize("token", [None, "", "nonsense", "tocsin_" + "0" * 42])
def test_strangers_get_the_same_answer_everywhere(
    world: World, name: str, token: str | None
) -> None:
    line = LINES[name]
    told = [ask(Api(token), line, world, whose) for whose in ("ours", "nobodys")]
    assert problem(told[0]) == (401, "unauthorised")
    assert told[0].headers["WWW-Authenticate"].startswith("Bearer")
    assert told[0].content == told[1].content


def _expire(row: ApiToken) -> None:
    ApiToken.objects.filter(pk=row.pk).update(expires_at=NOW - timedelta(seconds=1))


def _revoke(row: ApiToken) -> None:
    ApiToken.objects.filter(pk=row.pk).update(revoked_at=NOW)


def _suspend_person(row: ApiToken) -> None:
    Person.objects.filter(pk=row.person_id).update(is_active=False)


def _suspend_organisation(row: ApiToken) -> None:
    if row.person.organisation:
        row.person.organisation.suspended = True
        row.person.organisation.save()


@every
@pytest.mark.parametrize("end", [_expire, _revoke, _suspend_person, _suspend_organisation])
def test_a_token_that_ended_is_like_one_that_never_was(
    world: World, person: Person_, name: str, end: Callable[[ApiToken], None]
) -> None:
    line = LINES[name]
    role = some_role(line)
    if role is not Role.OWNER and end is _suspend_organisation:
        return
    token, row = token_of(person(role))
    with staff_scope():
        end(row)
    response = ask(Api(token), line, world)
    assert problem(response) == (401, "unauthorised")
    assert response.content == ask(Api("tocsin_" + "0" * 42), line, world).content


@every
def test_without_its_scope_a_token_does_not_do(world: World, person: Person_, name: str) -> None:
    line = LINES[name]
    somebody = person(some_role(line))
    others = scopes_of(somebody.role) - {line.scope}
    if line.scope is None or not others:
        return
    told = [
        ask(Api(token_of(somebody, others)[0]), line, world, whose) for whose in ("ours", "nobodys")
    ]
    assert problem(told[0]) == (403, "forbidden")
    assert told[0].content == told[1].content


@owned
def test_what_is_another_organisations_answers_as_what_does_not_exist(
    world: World, api: Api_, name: str
) -> None:
    line = LINES[name]
    caller = api(some_role(line))
    ask(caller, LINES["get_token"], world)  # the first use is written down
    path_of(line, world, "theirs")  # what it needs is made
    told, work = [], []
    for whose in ("theirs", "nobodys"):
        with CaptureQueriesContext(connection) as queries:
            response = ask(caller, line, world, whose)
        told.append((response.status_code, dict(response.headers), response.content))
        work.append(len(queries))
    assert told[0] == told[1]
    assert told[0][0] == 404
    assert work[0] == work[1]


@every
@pytest.mark.parametrize("role", [Role.OWNER, Role.ABUSE_DESK, Role.READER])
def test_no_answer_names_another_organisation(
    world: World, api: Api_, role: Role, name: str
) -> None:
    line = LINES[name]
    if role not in line.roles:
        return
    response = api(role).ask(line.method, path_of(line, world, "ours"), line.body)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    for theirs in (
        "Theirs",
        world.their_delivery.alert.ticket,
        "00000000-0000-0000-0000-000000000004",
    ):
        assert theirs.encode() not in content


def test_members_do_not_choose_an_organisation(world: World, api: Api_) -> None:
    for path in ("/threats", "/threats.csv", "/assets"):
        for number in (world.theirs.pk, 987_654):
            response = api(Role.OWNER).get(f"{path}?organisation={number}")
            assert problem(response) == (403, "forbidden")


def test_guessing_tokens_is_slowed_down(world: World) -> None:
    from tocsin.web.api import door

    caller = Api("tocsin_" + "0" * 42)
    statuses = [caller.get("/token").status_code for _ in range(door.BAD_TOKENS + 1)]
    assert set(statuses[:-1]) == {401}
    assert statuses[-1] == 429


def test_one_token_is_slowed_down(api: Api_, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.access.rate import Rate

    monkeypatch.setattr("tocsin.web.api.door.RATE", Rate(2))
    caller = api(Role.OWNER)
    assert [caller.get("/token").status_code for _ in range(2)] == [200, 200]
    refused = caller.get("/token")
    assert problem(refused) == (429, "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert api(Role.OWNER).get("/token").status_code == 200


def test_scopes_are_all_used() -> None:
    assert {line.scope for line in LINES.values()} - {None} == set(Scope)

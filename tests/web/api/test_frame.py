"""Errors are problems whoever makes them; HEAD is GET without its body."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.web.api.caller import Api, problem
from tocsin.access.models import Role
from tocsin.web.api.frame import as_problem


def test_an_address_of_nothing_is_a_problem(world: object) -> None:
    assert problem(Client().get("/api/v1/nothing")) == (404, "not-found")
    assert problem(Client().get("/api/")) == (404, "not-found")


def test_pages_keep_their_own_errors(world: object) -> None:
    assert Client().get("/nothing/").headers["Content-Type"].startswith("text/html")


def test_another_method_is_refused_and_told_which_there_are(api: Callable[[Role], Api]) -> None:
    response = api(Role.OWNER).ask("DELETE", "/token")
    assert problem(response) == (405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD"


def test_a_host_that_is_not_ours_is_a_problem(world: object) -> None:
    response = Client().get("/api/v1/token", headers={"Host": "evil.example"})
    assert problem(response) == (400, "bad-request")


def test_a_fault_of_ours_says_nothing_of_it() -> None:
    response = as_problem(HttpResponse("Traceback: secret", status=500))
    assert isinstance(response, HttpResponse)
    assert problem(response) == (500, "internal")
    assert b"secret" not in response.content


@pytest.mark.parametrize("path", ["/token", "/openapi.json"])
def test_head_is_get_without_its_body(api: Callable[[Role], Api], path: str) -> None:
    caller = api(Role.OWNER)
    whole, head = caller.get(path), caller.ask("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(whole.content))


def test_what_is_known_already_is_not_sent_again(api: Callable[[Role], Api]) -> None:
    caller = api(Role.OWNER)
    tag = caller.get("/token").headers["ETag"]
    for named in (tag, f'"other", W/{tag}', "*"):
        again = caller.get("/token", If_None_Match=named)
        assert (again.status_code, again.content) == (304, b""), named
        assert again.headers["ETag"] == tag
    assert caller.get("/token", If_None_Match='"other"').status_code == 200

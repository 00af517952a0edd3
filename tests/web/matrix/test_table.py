"""The tables name everything that is served, as it is declared; and nothing else is served."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.test import Client

from tests.web.api.caller import Api
from tests.web.api.operations import LINES, path_of
from tests.web.matrix.pages import PAGES
from tests.web.matrix.served import API, METHODS, api_routes, served
from tests.web.matrix.standing import Standing, seen, undone
from tocsin.access.models import Role
from tocsin.access.scopes import Scope
from tocsin.web.api.app import api
from tocsin.web.api.document import operations, rule_of

OPEN_OF_API = {f"{API}/", f"{API}/openapi.json"}


def test_every_page_has_its_line_and_the_roles_of_its_view() -> None:
    operated = {route for route, _ in api_routes().values()}
    pages = [each for each in served() if each.route not in operated]
    assert len({each.name for each in pages}) == len(pages)
    assert {each.name for each in pages} == set(PAGES)
    assert {each.route for each in pages if each.name.startswith("api:")} == OPEN_OF_API
    for each in pages:
        if not each.name.startswith("api:"):
            assert each.view.roles == (PAGES[each.name].roles or frozenset()), each.name
            assert getattr(each.view, "unproven", False) == PAGES[each.name].unproven, each.name


def test_every_operation_has_its_line_as_it_is_declared() -> None:
    rules = {name: rule_of(each) for name, (_, _, each) in operations(api).items()}
    table = {
        name: (API + line.path.partition("?")[0], line.method, frozenset(line.roles), line.scope)
        for name, line in LINES.items()
    }
    found = {
        name: (re.sub(r"<\w+:\w+>", "{}", route), method, rules[name].roles, rules[name].scope)
        for name, (route, method) in api_routes().items()
    }
    assert found == table
    routes = {each.route for each in served() if each.route.startswith(API)}
    assert routes == {route for route, _ in api_routes().values()} | OPEN_OF_API
    assert {line.scope for line in LINES.values()} - {None} == set(Scope)


def test_what_is_not_declared_is_not_answered_and_what_is_declared_is(standing: Standing) -> None:
    """Of a page by whoever may do the most there; errors of a form count as an answer."""
    strange = []
    for name, page in PAGES.items():
        role = min(page.roles or {Role.OWNER})
        client = standing.browser(role) if page.roles else Client()
        for method in METHODS:
            with undone():
                status = client.generic(method, standing.address(name, "ours", role)).status_code
            if (status in (404, 405)) == (method in page.takes) and page.about != "provider":
                strange.append((name, method, status))
    assert strange == []


def test_an_operations_address_answers_its_methods_only(standing: Standing) -> None:
    caller = Api(standing.token(Role.OWNER))
    takes: dict[str, set[str]] = {}
    for route, method in api_routes().values():
        takes.setdefault(route, set()).add(method)
    strange = []
    for name, (route, _) in api_routes().items():
        path = path_of(LINES[name], standing.world, "ours", Role.OWNER)
        declared = takes[route] | ({"HEAD"} if "GET" in takes[route] else set())
        for other in METHODS:
            with undone():
                status = seen(caller.ask(other, path))[0]
            if (status == 405) == (other in declared):
                strange.append((name, other, status))
    assert strange == []


LEFTOVERS = [
    "admin/", "__debug__/", "debug/", "api/", "api/docs", f"{API}/docs", f"{API}/redoc",
    f"{API}/schema", "openapi.json", "schema/", "swagger.json", "graphql", "metrics", "media/",
    "static/", "server-status", ".env", ".git/config", "robots.txt/..", "accounts/login/",
    "jsi18n/", "__reload__/", "sitemap.xml",
    "static/../settings.py", "static/%2e%2e/settings.py", "static/..%2fsettings.py",
    "static//etc/passwd", "static/%00", "static/admin/css/base.css", "static/ninja/swagger-ui.css",
]  # fmt: skip


@pytest.mark.parametrize("path", LEFTOVERS)
def test_nothing_is_left_from_building_it(standing: Standing, path: str) -> None:
    for client in (Client(), standing.browser(Role.ANALYST)):
        assert client.get(f"/{path}").status_code in (404, 405), path
    assert not settings.DEBUG


def test_static_files_are_the_folders_and_nothing_else(standing: Standing) -> None:
    """They are for everybody: nothing of anybody's is among them."""
    found = {path for finder in get_finders() for path, _ in finder.list([])}
    folder = Path(settings.WEB) / "static"
    assert found == {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for path in found:
        response = Client().get(f"/static/{path}")
        assert response.status_code == 200
        assert response.getvalue()
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert Client().generic(method, f"/static/{path}").status_code in (404, 405), path

"""Whatever doctor finds wrong, it says what to do; and each of its checks is called."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connections

from tests.database.servers import ask
from tocsin.cli.checks import database, installation, mail, people, work
from tocsin.cli.checks.finding import PROBLEM, Place
from tocsin.database import external
from tocsin.database.embedded import Embedded
from tocsin.errors import TocsinError

MODULES = (database, installation, mail, people, work)


def findings() -> Iterator[tuple[str, ast.Call]]:
    for module in MODULES:
        path = Path(str(module.__file__))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding":
                yield f"{path.name}:{node.lineno}", node


@pytest.mark.parametrize(("where", "call"), [pytest.param(*one, id=one[0]) for one in findings()])
def test_what_is_wrong_comes_with_what_to_do(where: str, call: ast.Call) -> None:
    well = ast.unparse(call.args[0]) == "OK"
    assert len(call.args) == (2 if well else 3), where


def test_every_check_is_called() -> None:
    for module in MODULES:
        tree = ast.parse(Path(str(module.__file__)).read_text())
        written = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or node) == "Finding"
        }
        called = {check.__name__ for check in module.CHECKS}
        assert written - called <= {"migrations"}, "asked on its own, because others need it"


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_table_that_shows_everything_is_named(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE leaky (organisation_id bigint)")
    monkeypatch.setattr(database, "connection", connections["owner"])
    found = database.row_security(place)
    assert found.state == PROBLEM
    assert found.what == "1 table without row-level security: leaky."
    assert found.todo.startswith("Do not serve.")


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_would_see_everything(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "connection", connections["owner"])
    found = database.serving_role(place)
    assert found.state == PROBLEM
    assert "it owns" in found.what
    assert "DATABASE_OWNER_URL" in found.todo


def test_a_database_that_holds_no_umlauts(
    place: Place, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(embedded, "DROP DATABASE IF EXISTS ascii", "postgres")
    ask(
        embedded,
        "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0"
        " LOCALE_PROVIDER libc LOCALE 'C'",
        "postgres",
    )
    dsn = embedded.dsn("tocsin_owner") | {"dbname": "ascii"}
    with psycopg.connect("", **dsn) as connection:  # type: ignore[arg-type]
        monkeypatch.setattr(database, "connection", connection)
        found = database.durability(place)
    ask(embedded, "DROP DATABASE ascii", "postgres")
    assert found.state == PROBLEM
    assert "SQL_ASCII" in found.what
    assert "ENCODING 'UTF8'" in found.todo


@pytest.mark.parametrize("version", [140012, 190000])
def test_a_server_that_is_too_old_or_too_new(version: int) -> None:
    """Said by whatever opens the database, doctor too."""
    server = SimpleNamespace(info=SimpleNamespace(server_version=version))
    with pytest.raises(TocsinError, match=f"PostgreSQL {version // 10000}; .* 15 to 18") as told:
        external._check_version(server)  # type: ignore[arg-type]
    assert told.value.hint

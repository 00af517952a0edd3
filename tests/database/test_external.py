"""Against PostgreSQL 16 of the wheel, started as if somebody else ran it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tocsin.database.embedded import Embedded
from tocsin.database.external import External
from tocsin.database.server import open_server
from tocsin.errors import TocsinError

ROLES = ("tocsin_app", "tocsin_owner")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    server = Embedded(tmp_path_factory.mktemp("elsewhere"), version=16)
    server.ensure_running()
    admin(server, "DROP DATABASE tocsin", "DROP ROLE tocsin_app", "DROP ROLE tocsin_owner")
    yield server
    server.stop()


@pytest.fixture
def there(elsewhere: Embedded) -> Iterator[Embedded]:
    admin(elsewhere, "CREATE DATABASE exchange", "CREATE ROLE plain LOGIN PASSWORD 'p'")
    yield elsewhere
    admin(elsewhere, "DROP DATABASE exchange WITH (FORCE)", "DROP DATABASE IF EXISTS other")
    for (name,) in admin(
        elsewhere, "SELECT rolname FROM pg_roles WHERE rolname !~ '^p(g_|ostgres)'"
    ):
        admin(elsewhere, f"DROP ROLE {name}")


def admin(server: Embedded, *queries: str, database: str = "postgres") -> list[tuple[object, ...]]:
    dsn = server.dsn("postgres") | {"dbname": database}
    with psycopg.connect("", autocommit=True, **dsn) as connection:  # type: ignore[arg-type]
        for query in queries:
            cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def url(server: Embedded, user: str = "postgres", password: str = "", **other: str) -> str:
    dsn = server.dsn("postgres") | {"dbname": "exchange", "user": user} | other
    return make_conninfo("", **(dsn | {"password": password} if password else dsn))


def test_makes_both_roles_and_uses_them_from_then_on(there: Embedded, tmp_path: Path) -> None:
    server = External(tmp_path, url(there))
    server.ensure_running()
    with psycopg.connect(server.url("tocsin_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE t (a int)")
    with psycopg.connect(server.url("tocsin_app"), autocommit=True) as app:
        app.execute("CREATE TEMPORARY TABLE staging (a int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (a int)")
    before = [server.dsn(role) for role in ROLES]
    again = External(tmp_path, url(there))
    again.ensure_running()
    assert [again.dsn(role) for role in ROLES] == before
    assert (tmp_path / "keys/server.json").stat().st_mode & 0o777 == 0o600
    attributes = "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles"
    assert admin(there, f"{attributes} WHERE rolname ~ 'tocsin'") == [(False,)]
    assert server.status() == again.status()
    assert server.status()["version"] == 16


def test_a_password_changed_behind_our_back_is_set_again(there: Embedded, tmp_path: Path) -> None:
    External(tmp_path, url(there)).ensure_running()
    admin(there, "ALTER ROLE tocsin_app PASSWORD 'other'")
    server = External(tmp_path, url(there))
    server.ensure_running()
    psycopg.connect(server.url("tocsin_app")).close()


def test_passwords_never_show_in_a_statement_log(there: Embedded, tmp_path: Path) -> None:
    admin(there, "ALTER DATABASE exchange SET log_statement = 'all'")
    server = External(tmp_path, url(there))
    server.ensure_running()
    logs = "".join(p.read_text() for p in (there.home.path / "postgres/log").glob("postgresql-*"))
    assert "CREATE ROLE" in logs
    assert server.dsn("tocsin_app")["password"] not in logs


def test_three_first_commands_at_once(there: Embedded, tmp_path: Path) -> None:
    servers = [External(tmp_path, url(there)) for _ in range(3)]
    threads = [Thread(target=server.ensure_running) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({server.url("tocsin_app") for server in servers}) == 1


def test_roles_of_another_installation_are_left_alone(there: Embedded, tmp_path: Path) -> None:
    first = External(tmp_path / "first", url(there))
    first.ensure_running()
    with pytest.raises(TocsinError, match="another installation") as refused:
        External(tmp_path / "second", url(there)).ensure_running()
    assert "server.json" in refused.value.hint
    psycopg.connect(first.url("tocsin_app")).close()


def test_who_may_make_roles_but_not_let_them_make_tables(there: Embedded, tmp_path: Path) -> None:
    admin(there, "CREATE ROLE creator LOGIN CREATEROLE PASSWORD 'c'")
    with pytest.raises(TocsinError, match="may not let tocsin_owner make tables") as refused:
        External(tmp_path, url(there, "creator", "c")).ensure_running()
    assert "by hand" in refused.value.hint
    assert admin(there, "SELECT rolname FROM pg_roles WHERE rolname ~ '^tocsin'") == []
    admin(there, "ALTER DATABASE exchange OWNER TO creator")
    External(tmp_path, url(there, "creator", "c")).ensure_running()


def test_an_unprivileged_role_serves_and_does_not_migrate(there: Embedded, tmp_path: Path) -> None:
    server = External(tmp_path, url(there, "plain", "p"))
    server.ensure_running()
    assert server.dsn("tocsin_app")["user"] == "plain"
    with pytest.raises(TocsinError, match="plain of DATABASE_URL may not") as refused:
        server.dsn("tocsin_owner")
    assert "DATABASE_OWNER_URL" in refused.value.hint


def test_two_given_roles_are_taken_as_they_are(there: Embedded, tmp_path: Path) -> None:
    admin(there, "CREATE ROLE boss LOGIN PASSWORD 'b'")
    server = External(tmp_path, url(there, "plain", "p"), url(there, "boss", "b"))
    server.ensure_running()
    assert [server.dsn(role)["user"] for role in ROLES] == ["plain", "boss"]
    assert not (tmp_path / "keys/server.json").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("ALTER ROLE plain SUPERUSER", "plain, whose rights it has, is a superuser"),
        ("ALTER ROLE plain BYPASSRLS", "plain, whose rights it has, has BYPASSRLS"),
        ("GRANT postgres TO plain", "postgres, whose rights it has, is a superuser"),
        ("ALTER TABLE t OWNER TO plain", "it owns 1 tables, such as t"),
    ],
)
def test_refuses_to_serve_as_a_role_that_could_see_everything(
    there: Embedded, tmp_path: Path, change: str, why: str
) -> None:
    admin(there, "CREATE TABLE t (a int)", change, database="exchange")
    with pytest.raises(TocsinError, match="Refusing to serve") as refused:
        External(tmp_path, url(there, "plain", "p"), url(there)).ensure_running()
    assert why in str(refused.value)
    assert "BYPASSRLS" in refused.value.hint


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("http://example.org/", "not a PostgreSQL URL"),
        ("postgresql://a:secret-word@127.0.0.1:1/x", "does not let us in"),
    ],
)
def test_says_what_is_wrong_with_a_url_and_not_its_password(
    tmp_path: Path, given: str, message: str
) -> None:
    with pytest.raises(TocsinError, match=message) as refused:
        External(tmp_path, given).ensure_running()
    assert "secret-word" not in str(refused.value) + refused.value.hint


def test_says_when_the_server_does_not_answer(tmp_path: Path) -> None:
    server = External(tmp_path, "postgresql://a:b@127.0.0.1:1/x")
    assert server.status() == {
        "running": False, "version": 0, "host": "127.0.0.1", "port": "1", "dbname": "x",
    }  # fmt: skip


def test_refuses_a_server_too_old_or_too_new(
    there: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.database.external.OLDEST", 17)
    with pytest.raises(TocsinError, match="PostgreSQL 16; Tocsin works with 17 to 18"):
        External(tmp_path, url(there)).ensure_running()


def test_the_environment_decides(there: Embedded, tmp_path: Path) -> None:
    assert isinstance(open_server(tmp_path / "a", {}), Embedded)
    given = {"DATABASE_URL": url(there, "plain", "p"), "DATABASE_OWNER_URL": url(there)}
    server = open_server(tmp_path / "b", given)
    assert isinstance(server, External)
    server.watch()
    server.release()
    server.stop()

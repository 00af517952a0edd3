"""Opening an installation, each time in a process of its own as the commands do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg.conninfo import make_conninfo

from tests.database.servers import SOURCE, ask, eventually, runs
from tocsin.database.embedded import Embedded
from tocsin.database.setup import migrate_schema

OPEN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.settings"
from tocsin.errors import TocsinError
from tocsin.database import setup
try:
    server = setup.open_database()
except TocsinError as error:
    raise SystemExit(f"{error} | {error.hint}")
from django.db import connections
from tocsin.database.scope import staff_scope
from tocsin.access.models import Person
with staff_scope():
    print(connections["default"].settings_dict["USER"], Person.objects.count())
print(setup.pending("default"))
"""


def opened(home: Path, **settings: str) -> tuple[str, str]:
    environment = os.environ | {"PYTHONPATH": SOURCE, "TOCSIN_HOME": str(home)} | settings
    done = subprocess.run(
        [sys.executable, "-c", OPEN], env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout, done.stderr


def test_the_first_command_makes_everything_and_the_last_stops_it(own_home: Path) -> None:
    assert opened(own_home) == ("tocsin_app 0\n[]\n", "")
    assert opened(own_home) == ("tocsin_app 0\n[]\n", "")
    assert not runs(Embedded(own_home))


def test_many_first_commands_at_once(own_home: Path) -> None:
    """Each finds the tables ready to read, whoever of them made them."""
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: opened(own_home), range(6)))
    assert done == [("tocsin_app 0\n[]\n", "")] * 6


def test_a_command_waits_for_the_one_that_migrates(
    committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table made but not yet granted cannot be read; its maker holds the lock until it can."""
    monkeypatch.setattr(apps, "get_app_configs", list)
    with ThreadPoolExecutor(1) as pool, connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('tocsin migrate'))")
        cursor.execute("REVOKE SELECT ON django_migrations FROM tocsin_app")
        asked = pool.submit(_looked)
        assert eventually(lambda: _waiting_for_the_lock(cursor))
        cursor.execute("GRANT SELECT ON django_migrations TO tocsin_app")
        cursor.execute("SELECT pg_advisory_unlock(hashtext('tocsin migrate'))")
        assert asked.result(timeout=30) == "ready"


def _looked() -> str:
    try:
        migrate_schema()
    finally:
        connections["default"].close()
    return "ready"


def _waiting_for_the_lock(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return bool(cursor.fetchone() == (1,))


@pytest.fixture
def elsewhere(own_home: Path) -> Iterator[Embedded]:
    server = Embedded(own_home, version=16)
    server.ensure_running()
    ask(server, "CREATE DATABASE exchange", "postgres")
    yield server
    server.release()


def url(server: Embedded, role: str) -> str:
    return make_conninfo("", **(server.dsn(role) | {"dbname": "exchange"}))


def test_with_a_server_and_two_roles_of_any_name(elsewhere: Embedded, tmp_path: Path) -> None:
    ask(elsewhere, "ALTER ROLE tocsin_app RENAME TO serving", "postgres")
    ask(elsewhere, "ALTER ROLE serving PASSWORD 'word'", "postgres")
    ask(elsewhere, "ALTER DATABASE exchange OWNER TO tocsin_owner", "postgres")
    serving = elsewhere.dsn("tocsin_app") | {"user": "serving", "password": "word"}
    serving |= {"dbname": "exchange", "application_name": "o'hare"}
    given = {"DATABASE_URL": make_conninfo("", **serving)}
    out, err = opened(tmp_path / "new", **given)
    assert out == ""
    assert "serving of DATABASE_URL may not change the tables" in err
    assert "DATABASE_OWNER_URL" in err
    with_owner = given | {"DATABASE_OWNER_URL": url(elsewhere, "tocsin_owner")}
    assert opened(tmp_path / "new", **with_owner) == ("serving 0\n[]\n", "")
    assert opened(tmp_path / "new", **given) == ("serving 0\n[]\n", ""), "nothing left to migrate"


def test_with_a_server_and_an_administrator(elsewhere: Embedded, tmp_path: Path) -> None:
    ask(elsewhere, "ALTER DATABASE tocsin OWNER TO postgres", "postgres")
    ask(elsewhere, "DROP ROLE tocsin_app", "postgres")
    ask(elsewhere, "DROP ROLE tocsin_owner", "postgres")
    given = {"DATABASE_URL": url(elsewhere, "postgres")}
    assert opened(tmp_path / "new", **given) == ("tocsin_app 0\n[]\n", "")

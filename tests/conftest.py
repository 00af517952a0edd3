"""One embedded PostgreSQL for the whole run, one database a test process, tests as tocsin_app."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from tocsin.database.embedded import Embedded
from tocsin.database.setup import migrate_schema, use

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"single-{os.getpid()}")
HOME = Path(tempfile.gettempdir()) / f"tocsin-tests-{os.getuid()}" / RUN


@pytest.fixture(scope="session")
def embedded() -> Iterator[Embedded]:
    """The server that all test processes of this run share; the last one out stops it."""
    HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    server = Embedded(HOME)
    server.ensure_running()
    yield server
    server.release()
    if not server.status()["running"]:
        shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(embedded: Embedded, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A migrated database of this process's own, used as the serving role."""
    name = f"tocsin_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(embedded.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER tocsin_owner").format(sql.Identifier(name)))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        use(
            {**embedded.dsn("tocsin_app"), "dbname": name},
            {**embedded.dsn("tocsin_owner"), "dbname": name},
        )
        migrate_schema()
    yield
    for connection in connections.all():
        connection.close()


@pytest.fixture(autouse=True)
def kinds_as_shipped() -> Iterator[None]:
    """What a test's database said of kinds is gone with its rows."""
    yield
    from tocsin.kinds.kept import forget

    forget()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A TOCSIN_HOME of the test's own (the database is the run's)."""
    monkeypatch.setattr(settings, "TOCSIN_HOME", tmp_path)
    return tmp_path


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """For tests that need real commits: everything is emptied afterwards, by the owner."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        empty_database()


def empty_database() -> None:
    """As the owner, because the serving role may not clear everything."""
    connections["default"].close()
    with connections["owner"].cursor() as cursor:
        cursor.execute(_EMPTY)
    connections["owner"].close()


# Deleting what few rows there are takes a third of the time that truncating every table does.
_EMPTY = """
DO $$
DECLARE
  name text;
  filled boolean;
BEGIN
  PERFORM set_config('tocsin.staff', 'on', true);
  FOR name IN
    SELECT oid::regclass::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname NOT IN ('django_migrations', 'django_content_type', 'asset_generation')
    ORDER BY relname DESC
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO filled;
    IF filled THEN
      EXECUTE format('DELETE FROM %s', name);
    END IF;
  END LOOP;
END $$
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections

from tocsin.cli.checks import database
from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("check", [*database.CHECKS, database.migrations])
def test_the_tests_own_database_is_well(place: Place, check: Check) -> None:
    assert check(place).state == OK


def test_a_role_that_sees_everything(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ways_around_row_security", lambda connection: ["it may fly"])
    found = database.serving_role(place)
    assert found.state == PROBLEM
    assert "it may fly" in found.what


def test_migrations_to_be_done(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "pending", lambda alias: ["alerts.0009_more"])
    found = database.migrations(place)
    assert found.state == PROBLEM
    assert found.what == "1 migration to be done: alerts.0009_more."


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    "policy",
    [
        "",
        "ALTER TABLE leaky ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON leaky USING (false)",
        "ALTER TABLE leaky ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    ],
)
def test_a_table_whose_rows_are_open(place: Place, policy: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE leaky (organisation_id bigint)")
        if policy:
            cursor.execute(policy)
        cursor.execute(database._UNGUARDED)
        assert cursor.fetchall() == [("leaky",)]


@pytest.mark.parametrize(
    ("wrong", "state"),
    [
        (timedelta(seconds=1), OK),
        (timedelta(seconds=20), WARNING),
        (timedelta(hours=-1), PROBLEM),
    ],
)
def test_clocks_that_differ(place: Place, wrong: timedelta, state: str) -> None:
    database.version(place)
    with time_machine.travel(datetime.now(UTC) + wrong):
        assert database.clock(place).state == state


@pytest.mark.django_db(databases=["default", "owner"])
def test_tables_of_a_newer_version(place: Place) -> None:
    assert database.newer_tables(place).state == OK
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES"
            " ('alerts', '0999_later', now()), ('somebody_elses', '0001_initial', now())"
        )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "connection", connections["owner"])
        found = database.newer_tables(place)
    assert (found.state, "alerts.0999_later." in found.what) == (PROBLEM, True)
    assert "somebody_elses" not in found.what


def test_a_server_that_forgets(place: Place) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    found = database.durability(place)
    assert found.state == PROBLEM
    assert "synchronous_commit is off" in found.what


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_partition_whose_rows_are_open(place: Place) -> None:
    """It can be asked by its own name."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tocsin_kind('scan_rdp')")
        number = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE threat_{number} DISABLE ROW LEVEL SECURITY")
        cursor.execute(database._UNGUARDED)
        assert cursor.fetchall() == [(f"threat_{number}",)]

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

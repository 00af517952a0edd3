"""Nobody sees or changes another organisation's rows: every table there is, as it is filled.

Each test walks the tables of the database, so that a new one without a policy, or one that the
tests cannot fill for two organisations, fails.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.db import DatabaseError, connection, transaction

from tests.database.catalogue import (
    OPEN_TABLES,
    ask,
    columns,
    in_order,
    insert,
    new_row,
    owner_column,
    partitions,
    tables,
)
from tocsin.database.scope import organisation_scope, staff_scope

pytestmark = pytest.mark.django_db

# What nobody changes, whosoever it is.
ONLY_ADDED_TO = {"answer"}


class Filled(NamedTuple):
    """Two organisations with rows everywhere; `rows`: primary keys by organisation and table."""

    ours: int
    theirs: int
    guarded: list[str]
    rows: dict[int, dict[str, object]]

    @property
    def owned(self) -> list[str]:
        return [name for name in self.guarded if owner_column(name)]


@pytest.fixture
def filled(db: None) -> Filled:
    with staff_scope():
        everything = set(tables())
        guarded = everything - OPEN_TABLES
        rows: dict[int, dict[str, object]] = {}
        for organisation in (101, 102):
            made = rows.setdefault(organisation, {})
            for name in in_order(guarded - partitions()):
                made[name] = insert(name, new_row(name, organisation, made))
        return Filled(101, 102, sorted(guarded), rows)


def count(table: str, whose: int | None = None) -> int:
    where = f" WHERE {owner_column(table)} = {whose}" if whose else ""
    return int(ask(f'SELECT count(*) FROM "{table}"{where}')[0][0])


def filled_partitions(filled: Filled) -> set[str]:
    with staff_scope():
        return {name for name in partitions() if name in filled.guarded and count(name)}


def test_the_tests_see_rows_of_both_in_every_table(filled: Filled) -> None:
    """Otherwise the others would prove nothing."""
    with staff_scope():
        for name in set(filled.owned) - partitions():
            assert count(name, filled.ours) == 1, name
            assert count(name, filled.theirs) == 1, name
        assert all(count(name) == 2 for name in set(filled.guarded) - partitions())
    assert len(filled.owned) > 10
    assert filled_partitions(filled)


def test_without_a_scope_there_is_nothing(filled: Filled) -> None:
    assert {name for name in filled.guarded if count(name)} == set()


def test_with_a_scope_there_is_only_ones_own(filled: Filled) -> None:
    own_partitions = filled_partitions(filled)
    for organisation in (filled.ours, filled.theirs):
        with organisation_scope(organisation):
            for name in filled.guarded:
                expected = int(name in own_partitions or name not in partitions())
                if not owner_column(name):
                    assert count(name) == 0, name
                    continue
                assert count(name) == expected, name
                assert count(name, organisation) == expected, name


def test_no_table_that_everybody_reads_points_at_one_that_is_hidden(filled: Filled) -> None:
    pointing = {
        (name, one.name) for name in OPEN_TABLES for one in columns(name)
        if one.target in filled.guarded or "organisation" in one.name
    }  # fmt: skip
    assert pointing == set()


def test_who_refers_to_an_organisation_says_so_in_the_column_that_is_guarded(
    filled: Filled,
) -> None:
    with staff_scope():
        for name in set(filled.guarded) - partitions():
            targets = {one.name for one in columns(name) if one.target == "organisation"}
            assert targets <= {"organisation_id"}, name


def refused(do: Callable[[], object]) -> str:
    """The database's reason."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        do()
    return str(caught.value).splitlines()[0]


def test_nothing_is_written_for_somebody_else(filled: Filled) -> None:
    for name in filled.owned:
        if name in partitions():
            continue
        with staff_scope():
            row = new_row(name, filled.theirs, filled.rows[filled.theirs])
        if name == "organisation":
            row["id"] = 103
        for scope in (None, filled.ours):
            if scope is None:
                said = refused(lambda name=name, row=row: insert(name, row))  # type: ignore[misc]
            else:
                with organisation_scope(scope):
                    said = refused(lambda name=name, row=row: insert(name, row))  # type: ignore[misc]
            assert "row-level security" in said, (name, said)


def test_nothing_of_somebody_elses_is_changed_or_removed(filled: Filled) -> None:
    def changed(statement: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return int(cursor.rowcount)

    with organisation_scope(filled.ours):
        for name in [*filled.owned, *filled_partitions(filled)]:
            column = owner_column(name)
            theirs = f"WHERE {column} = {filled.theirs}"
            if name in ONLY_ADDED_TO:
                for verb in (f'UPDATE "{name}" SET {column} = {column}', f'DELETE FROM "{name}"'):
                    said = refused(lambda verb=verb: changed(verb))  # type: ignore[misc]
                    assert "permission denied" in said, (name, said)
                continue
            assert changed(f'UPDATE "{name}" SET {column} = {column} {theirs}') == 0, name
            assert changed(f'DELETE FROM "{name}" {theirs}') == 0, name
    with staff_scope():
        assert all(count(name, filled.theirs) == 1 for name in set(filled.owned) - partitions())


def test_nothing_of_ones_own_is_given_away(filled: Filled) -> None:
    """Such a row would show up at the other."""
    for name in set(filled.owned) - partitions() - {"organisation"} - ONLY_ADDED_TO:
        with organisation_scope(filled.ours):
            said = refused(
                lambda name=name: ask(  # type: ignore[misc]
                    f'UPDATE "{name}" SET organisation_id = {filled.theirs} RETURNING 1'
                )
            )
        assert "row-level security" in said, (name, said)


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE tocsin_owner",
        "SET SESSION AUTHORIZATION tocsin_owner",
        "ALTER TABLE contact DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE contact NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE threat_1 DISABLE ROW LEVEL SECURITY",
        "DROP POLICY scope ON contact",
        "ALTER POLICY scope ON contact USING (true)",
        "CREATE POLICY more ON contact USING (true)",
        "TRUNCATE contact",
        "CREATE TABLE public.copy AS SELECT 1",
        "CREATE VIEW public.contacts AS SELECT * FROM contact",
        "ALTER ROLE tocsin_app BYPASSRLS",
        "ALTER FUNCTION tocsin_kind(text) SECURITY INVOKER",
        "SET LOCAL session_replication_role = replica",
        "UPDATE audit_entry SET action = 'nothing'",
        "DELETE FROM audit_entry",
        "UPDATE answer SET statement = 'fixed'",
        "DELETE FROM answer",
        "DELETE FROM django_migrations",
    ],
)
def test_what_the_serving_role_may_not_do(filled: Filled, statement: str) -> None:
    with staff_scope():
        number = ask("SELECT min(id) FROM threat_kind")[0][0]
    said = refused(lambda: ask(statement.replace("threat_1", f"threat_{number}") + ";"))
    assert "permission denied" in said or "must be owner" in said, said


def test_row_security_cannot_be_switched_off(filled: Filled) -> None:
    """PostgreSQL then refuses to answer instead of answering with everything."""

    def ask_without() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL row_security = off")
            cursor.execute("SELECT count(*) FROM contact")

    assert "would be affected by row-level security" in refused(ask_without)


def test_the_serving_role_is_nobody_else(filled: Filled) -> None:
    assert ask(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
        " (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid)"
        " FROM pg_roles r WHERE rolname = current_user"
    ) == [("tocsin_app", False, False, False, False, False, 0)]
    owned = "SELECT count(*) FROM {} WHERE {} = (SELECT oid FROM pg_roles WHERE rolname = %s)"
    for catalogue, column in (
        ("pg_class", "relowner"),
        ("pg_proc", "proowner"),
        ("pg_namespace", "nspowner"),
        ("pg_database", "datdba"),
    ):
        where = " AND relpersistence <> 't'" if catalogue == "pg_class" else ""
        assert ask(owned.format(catalogue, column) + where, "tocsin_app") == [(0,)], catalogue


def test_there_is_no_way_round_through_a_view(filled: Filled) -> None:
    """A view reads as its owner does, unless it says security_invoker."""
    assert (
        ask(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce(reloptions, '{}')"
            "      && '{security_invoker=true,security_invoker=on}')"
        )
        == []
    )


def test_functions_that_run_as_their_owner_are_known(filled: Filled) -> None:
    rows = ask(
        "SELECT proname, array_to_string(proconfig, ' '), has_function_privilege('public', oid,"
        " 'EXECUTE') FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )
    assert rows == [("tocsin_kind", "search_path=public, pg_temp", False)]


def test_numbers_given_to_others_cannot_be_read_from_sequences(filled: Filled) -> None:
    names = ask(
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    )
    assert len(names) > 10
    for (name,) in names:
        said = refused(lambda name=name: ask(f"SELECT * FROM {name}"))  # type: ignore[misc]
        assert "permission denied" in said, name


def test_the_planners_statistics_show_nothing(filled: Filled) -> None:
    """They hold the most common values of a column; PostgreSQL hides them where this is so."""
    active = ask("SELECT relname FROM pg_class WHERE row_security_active(oid)")
    assert set(filled.guarded) - {name for (name,) in active} == set()

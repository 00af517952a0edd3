"""Walks the tables that are there, so that a new one without a policy fails."""

import pytest
from django.db import connection

from tests.database.catalogue import OPEN_TABLES, tables
from tocsin.database.scope import organisation_scope, staff_scope

pytestmark = pytest.mark.django_db


def test_every_other_table_is_guarded_even_from_its_owner() -> None:
    guarded = set(tables()) - OPEN_TABLES
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relrowsecurity AND relforcerowsecurity"
            " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)"
            " AND relnamespace = 'public'::regnamespace"
        )
        assert guarded - {name for (name,) in cursor.fetchall()} == set()


def test_no_open_table_has_an_organisation() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name LIKE '%%organisation%%'"
        )
        assert {name for (name,) in cursor.fetchall()} & OPEN_TABLES == set()


def test_without_a_scope_every_guarded_table_is_empty() -> None:
    for table in set(tables()) - OPEN_TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table


def test_a_partition_is_guarded_as_its_table_is() -> None:
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT tocsin_kind('scan_rdp')")
        number = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO threat (kind_id, key, organisation_id, first_seen, last_seen, opened_at,"
            " state_since, asn, last_report_id, last_day, times_seen, port, protocol, state,"
            " notice, severity, domain, tag) VALUES (%s, gen_random_uuid(), 7, now(), now(),"
            " now(), now(), 0, 0, now(), 1, 0, 0, 1, 0, 1, '', '')",
            [number],
        )
    for organisation, seen in ((7, 1), (8, 0)):
        for table in ("threat", f"threat_{number}"):
            with organisation_scope(organisation), connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (seen,)

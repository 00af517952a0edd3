"""Row-level security in one line of a migration: `guard("contact")`."""

from django.db import migrations

REGIONS = "(SELECT string_to_array(current_setting('tocsin.regions', true), ','))"
EVERYWHERE = "coalesce((SELECT current_setting('tocsin.regions', true)), '') = ''"
STAFF = "(SELECT current_setting('tocsin.staff', true)) = 'on'"


def visible(column: str = "organisation_id") -> str:
    """The condition under which a row shows: staff, or the scope's own organisation.

    The settings are read in sub-selects, so that PostgreSQL reads them once a statement and not
    once a row.
    """
    own = f"{column} = (SELECT nullif(current_setting('tocsin.org', true), '')::bigint)"
    return f"{STAFF} OR {own}"


def guard(table: str, column: str = "organisation_id") -> migrations.RunSQL:
    """Hide other organisations' rows from every role, the table's owner too."""
    return _policy(table, visible(column))


def guard_staff(table: str) -> migrations.RunSQL:
    """For tables of which no organisation may read anything."""
    return _policy(table, STAFF)


def narrow(table: str) -> migrations.RunSQL:
    """Beside `guard`: in a scope of regions only the rows of their organisations."""
    return _narrow(table, "organisation_id IN (SELECT id FROM organisation)")


def narrow_organisations() -> migrations.RunSQL:
    """What `narrow` goes by for all other tables."""
    return _narrow("organisation", f"region_id = ANY ({REGIONS}::text[])")


def _narrow(table: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f'CREATE POLICY region ON "{table}" AS RESTRICTIVE USING ({EVERYWHERE} OR {condition});',
        f'DROP POLICY region ON "{table}";',
    )


def _policy(table: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;'
        f'CREATE POLICY scope ON "{table}" USING ({condition}) WITH CHECK ({condition});',
        f'DROP POLICY scope ON "{table}"; ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY;',
    )

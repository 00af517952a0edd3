"""The database: roles, row-level security, schema, clock."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Finding, Place, counted, some
from tocsin.database.roles import ways_around_row_security
from tocsin.database.setup import pending

DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
SKEW, TOO_MUCH_SKEW = timedelta(seconds=5), timedelta(minutes=1)

# Tables that hold an organisation's rows and do not hide them from the others.  A partition can be
# asked by its own name, and then its own policy counts.
_UNGUARDED = """
SELECT c.relname FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND (c.relname = 'organisation' OR EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped))
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
ORDER BY 1
"""


def version(place: Place) -> Finding:
    connection.ensure_connection()
    found = connection.connection.info
    return Finding(OK, f"PostgreSQL {found.server_version // 10000}, as {found.user}")


def serving_role(place: Place) -> Finding:
    connection.ensure_connection()
    ways = ways_around_row_security(connection.connection)
    if not ways:
        return Finding(OK, "the serving role cannot get around row-level security")
    return Finding(
        PROBLEM,
        f"The serving role could read every organisation's data: {' and '.join(ways)}.",
        "Serve as a role that is no superuser, has no BYPASSRLS and owns no table (DATABASE_URL), "
        "and migrate as the owner (DATABASE_OWNER_URL).",
    )


def migrations(place: Place) -> Finding:
    missing = pending("default")
    if not missing:
        return Finding(OK, "the tables are up to date")
    return Finding(
        PROBLEM,
        f"{counted(len(missing), 'migration')} to be done: {some(missing)}.",
        "Run `tocsin status`, which migrates as every command does; with a server of your own, "
        "give DATABASE_OWNER_URL.",
    )


def newer_tables(place: Place) -> Finding:
    """After going back to an older version: what it writes may be wrong for tables that it does
    not know."""
    loader = MigrationLoader(connection)
    apps = {app for app, _ in loader.disk_migrations}
    extra = set(loader.applied_migrations) - set(loader.disk_migrations) - set(loader.replacements)
    unknown = sorted(f"{app}.{name}" for app, name in extra if app in apps)
    if not unknown:
        return Finding(OK, "the tables are not newer than the program")
    return Finding(
        PROBLEM,
        f"The tables were changed by a newer Tocsin: {some(unknown)}.",
        "Install that version again, or restore the backup that was made before the update.",
    )


def durability(place: Place) -> Finding:
    """What a commit promises must outlive a power cut: each alert is sent once only so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding')")
        encoding = cursor.fetchone()[0]
        cursor.execute(
            "SELECT name FROM pg_settings WHERE setting = 'off' AND name = ANY(%s) ORDER BY 1",
            [list(DURABLE)],
        )
        off = [name for (name,) in cursor.fetchall()]
    if encoding != "UTF8":
        return Finding(
            PROBLEM,
            f"The database is in {encoding}: names and texts of reports do not fit into it.",
            "Make a database with ENCODING 'UTF8' and name it in DATABASE_URL.",
        )
    if not off:
        return Finding(OK, "what is committed survives a power cut")
    return Finding(
        PROBLEM,
        f"A power cut can lose or double alerts and reports: {some(off)} is off.",
        "Switch it on in postgresql.conf, or with ALTER DATABASE … RESET.",
    )


def row_security(place: Place) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(_UNGUARDED)
        open_tables = [name for (name,) in cursor.fetchall()]
    if not open_tables:
        return Finding(OK, "every organisation's rows are hidden from the others")
    return Finding(
        PROBLEM,
        f"{counted(len(open_tables), 'table')} without row-level security: {some(open_tables)}.",
        "Do not serve. A migration with `guard(table)` gives it its policy.",
    )


def clock(place: Place) -> Finding:
    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    after = datetime.now(UTC)
    skew = abs(theirs - (before + (after - before) / 2)) - (after - before) / 2
    if skew <= SKEW:
        return Finding(OK, "the database's clock agrees with this machine's")
    return Finding(
        PROBLEM if skew > TOO_MUCH_SKEW else WARNING,
        f"The database's clock differs by {skew.total_seconds():,.0f} seconds.",
        "Keep both machines' time by NTP (`timedatectl set-ntp true`).",
    )


CHECKS: tuple[Check, ...] = (
    version,
    serving_role,
    newer_tables,
    durability,
    row_security,
    clock,
)

"""The two database roles: who migrates and who serves."""

from typing import Any

import psycopg
from psycopg import sql

from tocsin.errors import TocsinError

OWNER = "tocsin_owner"  # owns the tables and migrates
APP = "tocsin_app"  # serves: row-level security always applies to it
ADMIN = "postgres"  # the embedded server's superuser: maintenance only
DATABASE = "tocsin"

OWNER_MAY = "LOGIN CREATEDB CREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION"
APP_MAY = "LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION"

Connection = psycopg.Connection[Any]

# Membership counts too: SET ROLE would give a member all that the other role may do.
_STRONGER = """
SELECT rolname, rolsuper FROM pg_roles
WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')
ORDER BY rolname = current_user DESC, rolname LIMIT 1
"""
_OWNED = """
SELECT count(*), min(c.oid::regclass::text) FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'MEMBER')
  AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_|^information_')
"""


def ways_around_row_security(connection: Connection) -> list[str]:
    """How the connected role could see other organisations' rows; empty when it cannot."""
    ways = []
    stronger = connection.execute(_STRONGER).fetchone()
    if stronger is not None:
        power = "is a superuser" if stronger[1] else "has BYPASSRLS"
        ways.append(f"{stronger[0]}, whose rights it has, {power}")
    owned = connection.execute(_OWNED).fetchone()
    if owned is not None and owned[0]:
        ways.append(f"it owns {owned[0]} tables, such as {owned[1]}")
    return ways


def refuse_unsafe(connection: Connection) -> None:
    """Raise TocsinError when the connected role could get around row-level security."""
    ways = ways_around_row_security(connection)
    if ways:
        user = connection.info.user
        raise TocsinError(
            f"Refusing to serve: the database role {user} could read every organisation's data, "
            f"because {' and '.join(ways)}.",
            "Serve as a role that is not a superuser, has no BYPASSRLS and owns no table: put its "
            "URL into DATABASE_URL, and the URL of the tables' owner into DATABASE_OWNER_URL.",
        )


def may_create_roles(connection: Connection) -> bool:
    """May the connected role make the two roles?"""
    query = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def set_up(connection: Connection, passwords: dict[str, str]) -> None:
    """Make both roles in the connected database, or give them these passwords again.

    The passwords travel as SCRAM verifiers, so that no statement log can show them.
    Raises TocsinError when the connected role may not let the owner make tables.
    """
    with connection.transaction():
        for role, word in passwords.items():
            _give_password(connection, role, word)
        names = {
            "database": sql.Identifier(connection.info.dbname),
            "owner": sql.Identifier(OWNER),
            "app": sql.Identifier(APP),
        }
        for grant in _GRANTS:
            connection.execute(sql.SQL(grant).format(**names))
        # A grant without the right to grant is only a warning.
        row = connection.execute(_MAY_MAKE_TABLES, {"owner": OWNER, "app": APP}).fetchone()
        if row != (True, True):
            raise TocsinError(
                f"{connection.info.user} may not let {OWNER} make tables in the database "
                f"{connection.info.dbname}.",
                BY_HAND,
            )


BY_HAND = (
    "Let DATABASE_URL name the database's owner or a superuser, or make both roles by hand and "
    "set DATABASE_URL and DATABASE_OWNER_URL."
)
_GRANTS = (
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
    "GRANT CONNECT, TEMPORARY, CREATE ON DATABASE {database} TO {owner}",
    "GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
    "GRANT USAGE ON SCHEMA public TO {app}",
)
_MAY_MAKE_TABLES = """
SELECT has_schema_privilege(%(owner)s, 'public', 'CREATE'),
       has_database_privilege(%(app)s, current_database(), 'CONNECT, TEMPORARY')
"""


def _give_password(connection: Connection, role: str, word: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verifier = connection.pgconn.encrypt_password(word.encode(), role.encode(), b"scram-sha-256")
    verb = "ALTER" if known else "CREATE"
    statement = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(
        sql.Identifier(role), sql.Literal(verifier.decode())
    )
    connection.execute(statement)

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


def default_grants(app: str) -> list[str]:
    """What `app` may do with whatever the connected role makes in this database from now on."""
    privileges = "ALTER DEFAULT PRIVILEGES GRANT"
    return [
        f"{privileges} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"{privileges} USAGE, SELECT ON SEQUENCES TO {app}",
    ]


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
    """
    for role, word in passwords.items():
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = "ALTER" if known else "CREATE"
        verifier = connection.pgconn.encrypt_password(
            word.encode(), role.encode(), b"scram-sha-256"
        ).decode()
        statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.Literal(verifier)
        )
        connection.execute(statement)
    database = sql.Identifier(connection.info.dbname)
    for grant in (
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "GRANT CONNECT, TEMPORARY, CREATE ON DATABASE {database} TO {owner}",
        "GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ):
        names = {"owner": sql.Identifier(OWNER), "app": sql.Identifier(APP)}
        connection.execute(sql.SQL(grant).format(database=database, **names))

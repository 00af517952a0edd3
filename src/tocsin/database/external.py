"""A PostgreSQL server that somebody else runs, named by DATABASE_URL."""

from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tocsin.database import passwords, roles
from tocsin.database.home import open_home
from tocsin.database.locks import exclusive
from tocsin.errors import TocsinError

KEPT = "server"  # passwords that were made here are in keys/server.json
OLDEST, NEWEST = 15, 18
PATIENCE = 60.0  # seconds to wait for another command that makes the roles


class External:
    """A server by URL, with the interface of `Embedded`.

    With `owner_url`, `url` is the role that serves and `owner_url` the one that migrates.
    Without it, `url` either may make roles: then both are made, with passwords kept in the
    home; or it may not: then it serves, and migrating is refused.
    """

    def __init__(self, home: Path, url: str, owner_url: str = "") -> None:
        self.home = open_home(home)
        self._given = _parse(url, "DATABASE_URL")
        self._owner = _parse(owner_url, "DATABASE_OWNER_URL") if owner_url else None
        self._made: dict[str, str] | None = None  # passwords of the roles that were made here

    @property
    def migrates(self) -> bool:
        """Is a role known that may change the tables? Ask after `ensure_running`."""
        return self._made is not None or self._owner is not None

    def ensure_running(self) -> None:
        """Check that the server answers, is of a known version, and that the role is safe.

        Raises TocsinError.
        """
        if self._owner is None:
            with exclusive(self.home.folder("locks") / "server.roles", PATIENCE):
                self._made = self._make_roles()
        with _connect(self.dsn(roles.APP)) as connection:
            _check_version(connection)
            roles.refuse_unsafe(connection)

    def dsn(self, role: str) -> dict[str, str]:
        """Connection parameters (libpq's names) for `tocsin_app` or `tocsin_owner`."""
        if self._made is not None:
            return self._given | _login(role, self._made)
        if role == roles.APP:
            return dict(self._given)
        if self._owner is not None:
            return dict(self._owner)
        raise TocsinError(
            f"The role {self._given.get('user', '')} of DATABASE_URL may not change the tables.",
            "Set DATABASE_OWNER_URL to the URL of the role that owns (or will own) the tables.",
        )

    def url(self, role: str) -> str:
        """The same as one connection string."""
        return make_conninfo(**self.dsn(role))

    def watch(self, pause: float = 1.0) -> None:
        """Whoever runs the server keeps it up."""

    def release(self) -> None:
        """The server is not ours to stop."""

    def stop(self) -> None:
        """The server is not ours to stop."""

    def status(self) -> dict[str, object]:
        """What an administrator asks: running, version, where."""
        where = {key: self._given.get(key, "") for key in ("host", "port", "dbname")}
        try:
            with _connect(self.dsn(roles.APP)) as connection:
                return {"running": True, "version": _major(connection), **where}
        except TocsinError:
            return {"running": False, "version": 0, **where}

    def _make_roles(self) -> dict[str, str] | None:
        """The passwords of both roles, made or repaired; None when DATABASE_URL's role serves."""
        kept = passwords.read(self.home, KEPT)
        if kept and all(_opens(self._given | _login(role, kept)) for role in kept):
            return kept
        with _connect(self._given) as connection:
            _check_version(connection)
            if not roles.may_create_roles(connection):
                return None
            if kept is None:
                _refuse_foreign_roles(connection)
                kept = passwords.make(self.home, KEPT, (roles.OWNER, roles.APP))
            try:
                roles.set_up(connection, kept)
            except psycopg.Error as error:
                raise TocsinError(
                    f"The database roles cannot be made: {str(error).strip()}", roles.BY_HAND
                ) from error
        return kept


def _parse(url: str, setting: str) -> dict[str, str]:
    try:
        found = conninfo_to_dict(url)
    except psycopg.Error as error:
        raise TocsinError(
            f"{setting} is not a PostgreSQL URL: {str(error).strip()}",
            "Write it as postgresql://user:password@host:5432/database",
        ) from error
    return {key: str(value) for key, value in found.items() if value is not None}


def _login(role: str, words: dict[str, str]) -> dict[str, str]:
    return {"user": role, "password": words[role]}


def _connect(dsn: dict[str, str]) -> psycopg.Connection[Any]:
    timeout = {"connect_timeout": dsn.get("connect_timeout", "10")}
    try:
        return psycopg.connect("", autocommit=True, **(dsn | timeout))  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise TocsinError(
            f"The database server does not let us in: {str(error).strip()}",
            "Check DATABASE_URL (and DATABASE_OWNER_URL), that the server runs, that the "
            "database exists, and that its pg_hba.conf lets this role in with a password.",
        ) from error


def _opens(dsn: dict[str, str]) -> bool:
    try:
        _connect(dsn).close()
    except TocsinError:
        return False
    return True


def _major(connection: psycopg.Connection[Any]) -> int:
    return connection.info.server_version // 10000


def _check_version(connection: psycopg.Connection[Any]) -> None:
    major = _major(connection)
    if not OLDEST <= major <= NEWEST:
        raise TocsinError(
            f"The server is PostgreSQL {major}; Tocsin works with {OLDEST} to {NEWEST}.",
            "Use a server of one of these versions, or unset DATABASE_URL for the embedded one.",
        )


def _refuse_foreign_roles(connection: psycopg.Connection[Any]) -> None:
    """Roles whose passwords we lack serve another installation: leave them alone."""
    query = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
    row = connection.execute(query, [[roles.OWNER, roles.APP]]).fetchone()
    if row is not None:
        raise TocsinError(
            f"The server has a role {row[0]} already, made by another installation.",
            "Copy keys/server.json from that installation's TOCSIN_HOME, or set DATABASE_URL and "
            "DATABASE_OWNER_URL to two roles of this one.",
        )

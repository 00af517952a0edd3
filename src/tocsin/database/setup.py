"""Opening the installation: its home, its database, both roles, the schema brought up to date."""

import os
import secrets
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

from tocsin.database.files import write_once
from tocsin.database.home import open_home
from tocsin.database.roles import APP, OWNER
from tocsin.database.server import Server, open_server

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
GRANTS = (Path(__file__).parent / "grants.sql").read_text()


def open_database(*, migrate: bool = True) -> Server:
    """Make `default` (tocsin_app) and `owner` (tocsin_owner) usable; start PostgreSQL if ours.

    Raises `TocsinError` with what to do when the home or the server cannot be used. A command
    that runs on calls `watch` of what it is given, so that the server stays up.
    """
    home = open_home(settings.TOCSIN_HOME)
    server = open_server(home.path, os.environ)
    server.ensure_running()
    if not settings.TOCSIN_SECRET_KEY:
        settings.SECRET_KEY = _own_secret(home.path)
    use(server.dsn(APP), server.dsn(OWNER if server.migrates else APP))
    django.setup()
    if migrate and server.migrates:
        migrate_schema()
    elif migrate and pending("default"):
        server.dsn(OWNER)  # says which setting is missing
    return server


def use(app: dict[str, str], owner: dict[str, str]) -> None:
    """Point both connections at a server; the parts have libpq's names."""
    for alias, parts in (("default", app), ("owner", owner)):
        named: dict[str, Any] = {NAMES[key]: parts[key] for key in NAMES if key in parts}
        named["OPTIONS"] = {key: value for key, value in parts.items() if key not in NAMES}
        # The staging table of a chunk stays in memory.
        named["OPTIONS"].setdefault("options", "-c temp_buffers=64MB")
        connections.databases[alias].update(named)
        connections[alias].close()
        connections[alias].settings_dict.update(named)


def pending(alias: str) -> list[str]:
    """The migrations that the database has yet to see."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate_schema() -> None:
    """Idempotent; several processes at once wait for one another on an advisory lock."""
    if not _any_unknown_migration():
        return
    from django.core.management import call_command

    owner = connections["owner"]
    app = owner.ops.quote_name(connections["default"].settings_dict["USER"])
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('tocsin migrate'))")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        cursor.execute(GRANTS.replace("tocsin_app", app))
    owner.close()


def _any_unknown_migration() -> bool:
    """Whether a migration's file has a name that the database has not recorded.

    A tenth of the time of Django's own planning, which every command would pay.  While another
    command migrates this waits: a table that is there may not be ours to read yet.
    """
    with transaction.atomic("default"), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('tocsin migrate'))")
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT app, name FROM django_migrations")
        recorded = set(cursor.fetchall())
    return any(
        (app.label, file.stem) not in recorded
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[0-9]*.py")
    )


def _own_secret(home: Path) -> str:
    path = home / "keys" / "django"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(50))
    return path.read_text()

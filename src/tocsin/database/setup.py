"""Opening the installation: its home, its database, both roles, the schema brought up to date."""

import secrets
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tocsin.database.embedded import Embedded
from tocsin.database.files import write_once
from tocsin.database.home import open_home

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
GRANTS = (Path(__file__).parent / "grants.sql").read_text()


def open_database(*, migrate: bool = True) -> None:
    """Make `default` (tocsin_app) and `owner` (tocsin_owner) usable; start PostgreSQL if it is ours.

    Raises `TocsinError` with what to do when the home or the server cannot be used.
    """
    home = open_home(settings.TOCSIN_HOME)
    embedded = Embedded(home.path)
    embedded.ensure_running()
    use(embedded.dsn("tocsin_app"), embedded.dsn("tocsin_owner"))
    if not settings.TOCSIN_SECRET_KEY:
        settings.SECRET_KEY = _own_secret(home.path)
    django.setup()
    if migrate:
        migrate_schema()


def use(app: dict[str, str], owner: dict[str, str]) -> None:
    """Point both connections at a server; the parts have libpq's names."""
    for alias, parts in (("default", app), ("owner", owner)):
        named = {NAMES[key]: value for key, value in parts.items() if key in NAMES}
        connections.databases[alias].update(named)
        connections[alias].close()
        connections[alias].settings_dict.update(named)


def migrate_schema() -> None:
    """Idempotent; several processes at once wait for one another on an advisory lock."""
    owner = connections["owner"]
    executor = MigrationExecutor(owner)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        owner.close()
        return
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('tocsin migrate'))")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        cursor.execute(GRANTS)
    owner.close()


def _own_secret(home: Path) -> str:
    path = home / "keys" / "django"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(50))
    return path.read_text()

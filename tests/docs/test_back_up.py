"""The commands of `docs/how-to/back-up-and-restore.md` copy a database whole."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.database.conftest import own_home
from tests.database.servers import SOURCE, ask
from tocsin.database.embedded import Embedded

__all__ = ["own_home"]

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/back-up-and-restore.md"
SCOPED = "SET tocsin.staff = on; SELECT name FROM organisation ORDER BY name"


def _command(program: str) -> str:
    """The page's one command that calls it."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    (command,) = [line for line in lines if program in line.split()]
    return command


@pytest.fixture
def server(own_home: Path) -> Iterator[Embedded]:
    """With two organisations, and beside it an empty database to restore into."""
    server = Embedded(own_home)
    server.ensure_running()
    (own_home / "list.csv").write_text("name,email\nAcme,a@acme.example\nZenith,z@zenith.example\n")
    subprocess.run(
        [sys.executable, "-m", "tocsin", "organisations", "import", str(own_home / "list.csv")],
        env=os.environ | {"PYTHONPATH": SOURCE, "TOCSIN_HOME": str(own_home)},
        capture_output=True,
        check=True,
    )
    ask(server, "CREATE DATABASE restored OWNER tocsin_owner", "postgres")
    yield server
    server.release()


def _run(server: Embedded, command: str, database: str) -> None:
    owner = server.dsn("tocsin_owner") | {"dbname": database}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=server.home.path,
        env={
            "PATH": f"{server.status()['programs']}:{os.environ['PATH']}",
            "DATABASE_OWNER_URL": make_conninfo("", **owner),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _names(server: Embedded, database: str, query: str = SCOPED) -> list[str]:
    dsn = make_conninfo("", **(server.dsn("tocsin_app") | {"dbname": database}))
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        while cursor.nextset():
            pass
        return [name for (name,) in cursor.fetchall()]


def test_what_was_dumped_is_there_after_restoring(server: Embedded) -> None:
    _run(server, _command("pg_dump"), "tocsin")
    _run(server, _command("pg_restore"), "restored")
    assert _names(server, "restored") == ["Acme", "Zenith"]
    assert _names(server, "restored") == _names(server, "tocsin")
    unscoped = _names(server, "restored", "SELECT name FROM organisation")
    assert unscoped == [], "the restored tables are guarded as well"

"""Helpers of the tests that start servers and commands of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tocsin.database.embedded import Embedded

SOURCE = str(Path(__file__).parents[2] / "src")
START = """
import sys, pathlib
from tocsin.database.embedded import Embedded
server = Embedded(pathlib.Path(sys.argv[1]))
server.ensure_running()
"""


def command(home: Path, then: str = "", **options: Any) -> subprocess.Popen[str]:
    """A process that starts the home's server, says so, and goes on with `then`."""
    script = f"{START}\nprint('ready', flush=True)\n{then}"
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        env=os.environ | {"PYTHONPATH": SOURCE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def waiting(home: Path, **options: Any) -> subprocess.Popen[str]:
    """A process that holds the server until its input is closed; returned when it has it."""
    process = command(home, "sys.stdin.read()", **options)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()
    return process


def finish(process: subprocess.Popen[str]) -> str:
    """Let it end, see that it ended well, and give what it wrote."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert not err
    return out


def kill(process: subprocess.Popen[str]) -> None:
    """As power loss would end it: no exit handler runs."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def postmaster(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def ask(server: Embedded, query: str, role: str = "tocsin_app") -> list[tuple[Any, ...]]:
    with psycopg.connect("", autocommit=True, **server.dsn(role)) as connection:  # type: ignore[arg-type]
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def runs(server: Embedded) -> bool:
    return bool(server.status()["running"])


def eventually(true: Callable[[], bool], patience: float = 30.0) -> bool:
    deadline = time.monotonic() + patience
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found

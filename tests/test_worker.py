"""The worker in a process of its own, with a database that goes away under it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database.conftest import own_home
from tests.database.servers import SOURCE, ask, eventually, postmaster, runs
from tocsin.database.embedded import Embedded

__all__ = ["own_home"]

DEFER = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
    """ VALUES ('default', 'tocsin.retry_stalled', '{"timestamp": 0}')"""
)


@pytest.fixture
def worker(own_home: Path) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "work"],
        env=os.environ | {"PYTHONPATH": SOURCE, "TOCSIN_HOME": str(own_home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def does_a_job(home: Path) -> bool:
    server = Embedded(home)
    ask(server, DEFER, "postgres")
    left = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'default'"
    return eventually(lambda: ask(server, left, "postgres") == [(0,)])


def begun(home: Path) -> bool:
    if not (home / "postgres/data/postmaster.pid").exists():
        return False
    server = Embedded(home)
    table = "SELECT to_regclass('procrastinate_workers') IS NOT NULL"
    alive = "SELECT count(*) > 0 FROM procrastinate_workers"
    return (
        runs(server)
        and ask(server, table, "postgres") == [(True,)]
        and ask(server, alive, "postgres") == [(True,)]
    )


def test_it_outlives_its_database_and_ends_when_told(
    own_home: Path, worker: "subprocess.Popen[str]"
) -> None:
    assert eventually(lambda: begun(own_home), 60)
    assert does_a_job(own_home)
    before = postmaster(own_home)
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: runs(Embedded(own_home)) and postmaster(own_home) != before)
    assert does_a_job(own_home)
    assert worker.poll() is None
    worker.terminate()
    out, _ = worker.communicate(timeout=30)
    assert worker.returncode == 0, out
    assert not runs(Embedded(own_home))

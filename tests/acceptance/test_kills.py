"""Commands and PostgreSQL are killed at random moments; afterwards everything is as if never.

`TOCSIN_KILLS=100 pytest tests/acceptance/test_kills.py` does it a hundred times.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.state import State, differences, state, uncertain, unsent
from tests.database.servers import SOURCE
from tocsin.database.embedded import Embedded

KILLS = int(os.environ.get("TOCSIN_KILLS", "3"))
STORY = ("demo", "--no-serve", "--days", "4", "--rows", "3000", "--json")
A_HOME = 6  # kills, then to the end, so that late moments have their turn


class Installation:
    """An installation in which the demo's story is told, killed and told on."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "tocsin", *STORY],
            env=os.environ | {"PYTHONPATH": SOURCE, "TOCSIN_HOME": str(self.home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def finish(self) -> float:
        """Tell the story to its end; gives the seconds that it took."""
        began = time.monotonic()
        process = self.start()
        _, errors = process.communicate(timeout=300)
        assert process.returncode in (0, 2), errors.decode()
        return time.monotonic() - began

    def kill(self, after: float, database: bool) -> bool:
        """Start, kill the command or PostgreSQL after so long; was there something to kill?"""
        process = self.start()
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            pass
        else:
            process.communicate()
            return False
        if database and not self._kill_postgres():
            database = False
        if not database:
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=300)
        return True

    def _kill_postgres(self) -> bool:
        try:
            lines = (self.home / "postgres/data/postmaster.pid").read_text().splitlines()
            os.kill(int(lines[0]), signal.SIGKILL)
        except (OSError, IndexError, ValueError):
            return False
        return True


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[State, float]:
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    seconds = Installation(home).finish()
    found = state(home)
    assert all(found[name] for name in ("threat", "threat_change", "alert", "mail")), "too little"
    assert not uncertain(home)
    return found, seconds


def test_whatever_is_killed_the_end_is_the_same(
    tmp_path: Path, undisturbed: tuple[State, float]
) -> None:
    wanted, seconds = undisturbed
    chance = random.Random(KILLS)
    kills = homes = open_ends = 0
    while kills < KILLS:
        home = tmp_path / f"home{homes}"
        homes += 1
        one = Installation(home)
        for _ in range(6):  # then to its end, so that late moments have their turn
            if kills == KILLS:
                break
            database = chance.random() < 0.5
            kills += one.kill(chance.uniform(0.2, 1.0) * seconds, database)
        one.finish()
        assert differences(wanted, state(home)) == []
        assert not unsent(home)
        open_ends += uncertain(home)
        Embedded(home).stop()
        shutil.rmtree(home)
    print(f"{kills} kills in {homes} installations; {open_ends} deliveries shown as uncertain")  # noqa: T201

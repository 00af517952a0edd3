"""`tocsin fetch` as a command, killed in the middle too."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from benchmarks.workload import Workload, generate

ROOT = Path(__file__).parents[2]
PLAN = Workload(rows=1_000, days=1, organisations=3, prefixes=60)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    generate(PLAN, tmp_path / "workload")
    folder = tmp_path / "workload" / "day-00"
    (home / "sources.toml").write_text(
        f'[drop]\ntype = "directory"\npath = "{folder}"\nafter = "move"\nsettle_seconds = 0\n'
        'schedule = "every 1 hour"\n'
    )
    return home


def start(home: Path, *arguments: str, module: str = "tocsin") -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**kept, "TOCSIN_HOME": str(home)}, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def fetch(home: Path, *arguments: str) -> tuple[int, Any]:
    process = start(home, "fetch", "--json", *arguments)
    out, error = process.communicate(timeout=120)
    return process.returncode, json.loads(out) if out else error


def observations(home: Path) -> int:
    out, error = start(home, module="benchmarks.state").communicate(timeout=120)
    assert out, error
    return int(json.loads(out)["observations"])


def test_a_folder_is_fetched_into_threats_once(home: Path) -> None:
    status, dry = fetch(home, "--dry-run")
    assert (status, len(dry["sources"][0]["names"])) == (0, 10)
    status, first = fetch(home, "drop")
    assert (status, len(first["sources"][0]["names"])) == (0, 10)
    assert fetch(home)[1]["sources"][0]["names"] == []
    assert observations(home) == PLAN.rows
    status, error = fetch(home, "nowhere")
    assert status == 1
    assert "no source is called nowhere" in error


def test_a_killed_fetch_loses_and_doubles_nothing(home: Path) -> None:
    chance = random.Random(5)
    fetch(home, "--dry-run")
    for _ in range(4):
        process = start(home, "fetch")
        time.sleep(chance.uniform(0.4, 1.6))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert fetch(home)[0] == 0
    assert observations(home) == PLAN.rows
    assert not [path for path in (home / "inbox" / "drop").iterdir() if path.name[0] != "."]

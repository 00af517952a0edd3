"""A few of the kills that `make kill` makes a hundred of."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_kill_9_at_random_moments_changes_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill", "--kills", "6", "--seed", "11", "--small"],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 of 6" in done.stdout

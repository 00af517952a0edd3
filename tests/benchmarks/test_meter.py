"""The meter runs in a process of its own, which becomes the reaper of what it starts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.meter import disk

BURN = "import time; t = time.process_time()\nwhile time.process_time() - t < {}: pass\n"
# Detaches as a database server does: the parent ends, the grandchild works on for a while.
DETACHED = f"""
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        {BURN.format(0.4).replace(chr(10), chr(10) + "        ")}
    os._exit(0)
os.wait()
"""


def measured(tmp_path: Path, program: str) -> Any:
    script = f"""
import json, sys
from dataclasses import asdict
from pathlib import Path
from benchmarks.meter import adopt_orphans, measure
adopt_orphans()
usage = measure([sys.executable, "-c", {program!r}], {{}}, Path({str(tmp_path / "log")!r}))
print(json.dumps(asdict(usage)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr


def test_a_process_that_detached_is_counted_and_waited_for(tmp_path: Path) -> None:
    usage = measured(tmp_path, DETACHED)
    assert usage["cpu"] > 0.4
    assert usage["seconds"] < 0.4, "the command itself had ended before"


def test_memory_is_what_the_process_held_at_most(tmp_path: Path) -> None:
    usage = measured(tmp_path, "import time; held = b'x' * (80 << 20); time.sleep(0.5)")
    assert 80 < usage["memory"] < 140
    assert usage["database_memory"] == 0


def test_a_failing_command_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    assert "last words" in measured(tmp_path, "print('last words'); raise SystemExit(3)")


def test_disk_counts_files_below_a_folder(tmp_path: Path) -> None:

    (tmp_path / "sub").mkdir()
    for number in range(3):
        (tmp_path / "sub" / str(number)).write_bytes(b"x" * 5000)
    assert 3 * 5000 <= disk(tmp_path) <= 3 * 16384

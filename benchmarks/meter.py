"""What a command costs: time, CPU seconds of every process it causes, memory, bytes on disk.

The harness makes itself the reaper of orphans (Linux), so that a database server that detaches
from the command comes back to it.  When all have ended, the kernel's own account of waited-for
children holds every CPU second, whoever spent it; nothing is sampled.  Memory is sampled.
"""

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.1
SETTLE_SECONDS = 60.0
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_DATABASES = ("postgres", "pg_ctl", "initdb", "redis-server")


@dataclass(frozen=True)
class Usage:
    """`seconds`: until the command ended.  `cpu`: seconds of all processes, until the last ended.
    `memory`, `database_memory`: highest sum of proportional set sizes, MiB."""

    seconds: float
    cpu: float
    memory: float
    database_memory: float


class CommandError(Exception):
    """The command failed; the text is the end of what it said."""


def adopt_orphans() -> None:
    """Has to be called once, before the first measurement."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def measure(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    log: Path,
) -> Usage:
    """Runs a command to its end, its output going to `log`."""
    before, started = _children_cpu(), time.perf_counter()
    with log.open("w") as output, MemorySampler() as sampler:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        status = process.wait()
        seconds = time.perf_counter() - started
        settle()
    if status:
        raise CommandError(f"{' '.join(map(str, command))}: {status}\n{log.read_text()[-2000:]}")
    return Usage(seconds, _children_cpu() - before, sampler.peak, sampler.database_peak)


def settle(patience: float = SETTLE_SECONDS) -> None:
    """Waits until no process that a command left behind is there any more."""
    deadline = time.monotonic() + patience
    while True:
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
            if time.monotonic() > deadline:
                raise CommandError("a command left processes behind that do not end")
            time.sleep(0.02)
            continue
        return


def disk(path: Path) -> int:
    """Bytes that the files below a folder take on disk."""
    return sum(file.lstat().st_blocks * 512 for file in path.rglob("*") if file.is_file())


class MemorySampler:
    """Follows the memory of all descendants of this process while the block runs."""

    def __init__(self) -> None:
        self.peak = self.database_peak = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "MemorySampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(SAMPLE_SECONDS):
            own = database = 0
            for process in me.children(recursive=True):
                with suppress(psutil.Error, OSError, ValueError):
                    size = _proportional(process.pid)
                    if is_database(process):
                        database += size
                    else:
                        own += size
            self.peak = max(self.peak, own / 1024)
            self.database_peak = max(self.database_peak, database / 1024)


def is_database(process: psutil.Process) -> bool:
    """PostgreSQL or redis, whichever of their processes."""
    return bool(process.name().startswith(_DATABASES))


def _proportional(pid: int) -> int:
    """KiB of a process, memory shared with others counted in part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

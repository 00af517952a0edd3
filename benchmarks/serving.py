"""`tocsin serve` while it is measured: its processes' CPU and memory, and the database's."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from benchmarks.installation import Installation
from benchmarks.meter import CommandError, is_database, settle

EVERY = 0.2  # seconds between two looks at the memory
PATIENCE = 120.0  # seconds for the server to come up
MEBI = 1 << 20


class Followed:
    """The server's resident memory, MiB, every 0.2 seconds while the block runs; the highest of
    the database's private memory; and the CPU seconds of both."""

    def __init__(self) -> None:
        self.series: list[float] = []
        self.database = self.cpu = self.seconds = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Followed":
        self._look()
        self._before, self._started = accounts(), time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._started
        self._stop.set()
        self._thread.join()
        self._look()
        self.cpu = cpu_since(self._before)

    @property
    def growth(self) -> float:
        """MiB from the first look to the highest."""
        return max(self.series) - self.series[0]

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self._look()

    def _look(self) -> None:
        own = database = 0
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                memory = process.memory_info()
                if is_database(process):
                    database += memory.rss - memory.shared
                else:
                    own += memory.rss
        self.series.append(own / MEBI)
        self.database = max(self.database, database / MEBI)


@contextmanager
def serving(installation: Installation) -> Iterator[int]:
    """The port of a server that answers, until the block ends."""
    port = _free_port()
    log = installation.home.with_name(f"{installation.home.name}-serve.log")
    with log.open("w") as output:
        process = subprocess.Popen(
            installation.command("serve", "--no-work", "--port", str(port)),
            env=installation.environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(process, port)
            yield port
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
            settle()
    if "Traceback" in log.read_text():
        raise CommandError(f"the server had an error, see {log}")


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise CommandError("the server does not come up")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def accounts() -> dict[int, int]:
    """Nanoseconds of processor that the scheduler has counted for each process of the server and
    its database."""
    found: dict[int, int] = {}
    for process in psutil.Process().children(recursive=True):
        for account in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                spent = int(account.read_text().split()[0])
                found[process.pid] = found.get(process.pid, 0) + spent
    return found


def cpu_since(before: dict[int, int]) -> float:
    """Seconds of the processes that are there still."""
    return sum(spent - before.get(pid, 0) for pid, spent in accounts().items()) / 1e9

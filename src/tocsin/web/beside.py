"""The worker that `tocsin serve` brings along."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

WORK = (sys.executable, "-m", "tocsin", "work")
LOOK_EVERY = 0.5  # seconds
PATIENCE = 20.0  # for running jobs to end

log = logging.getLogger(__name__)


@contextmanager
def worker(command: Sequence[str] = WORK) -> Iterator[None]:
    """A worker for as long as this lasts, begun again whenever it ends before."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=[command, stop], name="worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep(command: Sequence[str], stop: threading.Event) -> None:
    while not stop.is_set():
        # Ctrl-C in the terminal is for the server, which then ends its worker.
        child = subprocess.Popen(command, start_new_session=True)
        while child.poll() is None and not stop.wait(LOOK_EVERY):
            pass
        if not stop.is_set():
            log.warning("The worker ended (%s) and is begun again", child.returncode)
        _end(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()  # whatever it was doing can be done again
        child.wait()

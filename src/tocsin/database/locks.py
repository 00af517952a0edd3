"""File locks between processes (flock): the kernel drops them when their process dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.errors import TocsinError

PAUSE = 0.02  # seconds between two tries


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    return os.open(path, flags, 0o600)


def try_exclusive(descriptor: int) -> bool:
    """Take the lock for this descriptor alone, if nobody else has it now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(path: Path, patience: float) -> Iterator[int]:
    """Hold `path` alone, waiting up to `patience` seconds; gives the descriptor.

    A child process that is given the descriptor holds the lock on until it ends too.
    """
    descriptor = _open(path)
    try:
        deadline = time.monotonic() + patience
        while not try_exclusive(descriptor):
            if time.monotonic() > deadline:
                raise TocsinError(
                    f"Another command has held {path} for more than {patience:.0f} seconds.",
                    f"Find it with `fuser {path}`; if it hangs, end it and try again.",
                )
            time.sleep(PAUSE)
        yield descriptor
    finally:
        os.close(descriptor)


class Shared:
    """A lock that any number of processes hold together.

    A forked child has the same open file as its parent, so the lock lasts until the last of
    them has closed it. For that reason it is given up by closing, never by LOCK_UN, which
    would take it away from the others too.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def take(self) -> None:
        """Hold the lock; waits while another process has it alone."""
        if self._descriptor is None:
            descriptor = _open(self.path)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._descriptor = descriptor

    def give_up(self) -> None:
        """Hold it no longer."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def held_by_others(self) -> bool:
        """Does any other process hold it? Ask only when this one does not."""
        descriptor = _open(self.path)
        try:
            return not try_exclusive(descriptor)
        finally:
            os.close(descriptor)

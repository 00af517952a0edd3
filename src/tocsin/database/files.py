"""Files that are there whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def durable(path: Path, folder: bool = True) -> Iterator[Path]:
    """Write to the path that is given; on leaving, it is synced and takes its name (if written).

    Without `folder` the caller syncs that, once for many files.  A crash leaves at most a
    `.partial` file, which the daily tidying removes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
        if partial.exists():
            sync(partial)
            partial.replace(path)
            if folder:
                sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the file, or the folder's entries, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_once(path: Path, text: str) -> None:
    """A private (0600) file that is made once: of two first writers one wins for both."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    partial.touch(mode=0o600)
    partial.write_text(text)
    sync(partial)
    with suppress(FileExistsError):
        path.hardlink_to(partial)
    partial.unlink()

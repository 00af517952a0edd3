"""Where fetched things lie, whole and safe on disk, until they are ingested."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

PARTIAL = ".partial"


class Inbox:
    """The folder of one source: KEY/NAME for each thing that waits."""

    def __init__(self, home: Path, source: str) -> None:
        self.path = home / "inbox" / source
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.lock = self.path / ".lock"

    def put(self, key: str, name: str, save: Callable[[BinaryIO], object]) -> Path:
        """Writes a thing so that it is either whole and durable, or not there."""
        partial = self.path / PARTIAL
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        with (partial / name).open("wb") as target:
            save(target)
            target.flush()
            os.fsync(target.fileno())
        sync_folder(partial)
        place = self.path / key
        partial.rename(place)
        sync_folder(self.path)
        return place / name

    def waiting(self) -> list[tuple[str, Path]]:
        """(key, path) of all that was put and not yet removed, by key."""
        found = []
        for folder in sorted(self.path.iterdir()):
            if folder.is_dir() and not folder.name.startswith("."):
                paths = list(folder.iterdir())
                found += [(folder.name, path) for path in paths]
                if not paths:
                    folder.rmdir()  # a removal that a crash cut short
        return found

    def remove(self, key: str) -> None:
        shutil.rmtree(self.path / key)


def sync_folder(path: Path) -> None:
    """Makes a folder's entries durable: the file's own sync does not."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""A watched folder, into which something else puts files."""

import fnmatch
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from tocsin.intake.fetch.items import FetchError, Item, Memory, safe_name, stable_key
from tocsin.intake.fetch.options import Options

# What copying programs call a file while they write it.
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")


@dataclass(frozen=True)
class Directory:
    """`settle`: seconds for which a file must not have changed.  `after`: leave, move or delete;
    moved files go to `done`.  `pause` lies between the two looks at each file's size."""

    path: Path
    pattern: str = "*"
    settle: float = 10.0
    after: str = "leave"
    done: Path = Path()
    pause: float = 1.0
    sleep: Callable[[float], object] = time.sleep

    def items(self, memory: Memory, now: datetime) -> Iterator[Item]:
        before = self._look()
        self.sleep(self.pause)
        calm = {
            name: found
            for name, found in self._look().items()
            if before.get(name) == found and now.timestamp() - found.changed >= self.settle
        }
        keys = {name: found.key(name) for name, found in sorted(calm.items())}
        known = memory.known(keys.values())
        for name, key in keys.items():
            item = self._item(name, calm[name], key)
            if key not in known:
                yield item
            elif self.after != "leave":
                item.finish()  # taken by a run that ended before it could say so

    def close(self) -> None:
        """Nothing stays open."""

    def _look(self) -> dict[str, "_Seen"]:
        try:
            entries = list(os.scandir(self.path))
        except OSError as error:
            raise FetchError(f"{self.path} cannot be read: {error.strerror}") from None
        return {
            entry.name: seen
            for entry in entries
            if not entry.name.startswith(".")
            and not entry.name.endswith(_UNFINISHED)
            and fnmatch.fnmatch(entry.name, self.pattern)
            and (seen := _seen(Path(entry.path)))
        }

    def _item(self, name: str, found: "_Seen", key: str) -> Item:
        path = self.path / name

        def save(target: BinaryIO) -> None:
            try:
                with path.open("rb") as source:
                    shutil.copyfileobj(source, target)
            except OSError as error:
                raise FetchError(f"{path} cannot be read: {error.strerror}") from None
            if _seen(path) != found:
                raise FetchError(f"{path} changed while it was read")

        def finish() -> None:
            # A file that was replaced meanwhile is another item, and stays for the next run.
            if _seen(path) != found:
                return
            if self.after == "delete":
                path.unlink()
            elif self.after == "move":
                self.done.mkdir(parents=True, exist_ok=True)
                shutil.move(path, _free(self.done / name))

        return Item(key, safe_name(name), save, finish)


@dataclass(frozen=True)
class _Seen:
    inode: int
    size: int
    changed_ns: int

    @property
    def changed(self) -> float:
        return self.changed_ns / 1e9

    def key(self, name: str) -> str:
        return stable_key(name, str(self.size), str(self.changed_ns))


def _seen(path: Path) -> _Seen | None:
    """What a regular file looks like; links and special files are not followed."""
    try:
        found = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return _Seen(found.st_ino, found.st_size, found.st_mtime_ns)


def _free(path: Path) -> Path:
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def from_options(options: Options) -> Directory:
    path = Path(options.text("path"))
    settle = float(options.number("settle_seconds", 10))
    return Directory(
        path=path,
        pattern=options.text("pattern", "*"),
        settle=settle,
        pause=min(1.0, settle),
        after=options.choice("after", ("leave", "move", "delete"), "leave"),
        done=Path(options.text("move_to", str(path / "done"))),
    )

"""What a source offers, whichever type it is."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from tocsin.errors import TocsinError

LONGEST_NAME = 150


class FetchError(TocsinError):
    """A source could not be read, or one thing of it; the text never holds a credential."""


@dataclass(frozen=True)
class Item:
    """One thing to fetch.

    `key` identifies it within its source, for good, and may be stored.  `name` is a plain file
    name.  `save` writes the bytes; `finish` tells the source that they are taken, and may be
    called again after a crash.  `facts` are to be remembered once the item is taken.
    """

    key: str
    name: str
    save: Callable[[BinaryIO], object]
    finish: Callable[[], None] = lambda: None
    facts: Mapping[str, str] = field(default_factory=dict)


class Memory(Protocol):
    """What is remembered about one source from run to run."""

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts of the items taken, such as an ETag; the latest of each name."""
        ...

    def known(self, keys: Collection[str]) -> set[str]:
        """Those of the keys whose items were already taken."""
        ...


class Fetcher(Protocol):
    def items(self, memory: Memory, now: datetime) -> Iterator[Item]:
        """What is there and not known.  An item is dealt with before the next is asked for."""
        ...

    def close(self) -> None: ...


def stable_key(*parts: str) -> str:
    """A key from parts that may be secret (a Shadowserver file's id gives access to the file)."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def safe_name(name: str, fallback: str = "report") -> str:
    """The last part of a path as a plain file name: no separators, no leading dot, bounded."""
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^A-Za-z0-9._@+=-]+", "_", last).lstrip(".")
    if len(plain) > LONGEST_NAME:
        # Both ends matter: report types are read from the front, formats from the end.
        plain = f"{plain[: LONGEST_NAME - 41]}_{plain[-40:]}"
    return plain or fallback

"""What an import refused: all of it counted and kept, the first of it at hand."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tocsin.refused import Refused

AT_HAND = 1_000


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A row of a list, or an entry of a register, that was not taken."""

    file: str
    line: int
    reason: str
    detail: str
    text: str


def _nowhere(entry: RefusedEntry) -> None:
    """For readings that are only tried."""


@dataclass(slots=True)
class Refusals:
    """`first`: at most `AT_HAND`, so that a wrong file of any size fits into memory; `keep` is
    given every one."""

    keep: Callable[[RefusedEntry], None] = field(default=_nowhere, repr=False)
    total: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    first: list[RefusedEntry] = field(default_factory=list)

    def add(self, file: str, refused: Refused) -> None:
        entry = RefusedEntry(file, refused.line, refused.reason, refused.detail, refused.text)
        self.total += 1
        self.by_reason[entry.reason] += 1
        if len(self.first) < AT_HAND:
            self.first.append(entry)
        self.keep(entry)

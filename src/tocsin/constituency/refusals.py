"""What an import refused: all of it counted, the first of it kept."""

from collections import Counter
from dataclasses import dataclass, field

from tocsin.refused import Refused

KEPT = 1_000


@dataclass(slots=True)
class Refusals:
    """`first`: at most `KEPT`, so that a wrong file of any size fits into memory."""

    total: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    first: list[Refused] = field(default_factory=list)

    def add(self, refused: Refused) -> None:
        self.total += 1
        self.by_reason[refused.reason] += 1
        if len(self.first) < KEPT:
            self.first.append(refused)

"""A memory in memory, for the tests of the fetchers alone."""

from collections.abc import Collection
from dataclasses import dataclass, field

from tocsin.intake.fetch.items import Item


@dataclass
class Remembered:
    keys: set[str] = field(default_factory=set)
    facts: dict[str, str] = field(default_factory=dict)

    def known(self, keys: Collection[str]) -> set[str]:
        return self.keys & set(keys)

    def take(self, item: Item) -> None:
        self.keys.add(item.key)
        self.facts.update(item.facts)
        item.finish()

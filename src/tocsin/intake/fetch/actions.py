"""Fetching one source: each thing lands whole in the inbox, is ingested, and then ticked off.

A crash between any two of these steps repeats the later ones at the next run.  That doubles
nothing, because a report is known by its content and an item by its key; and it loses nothing,
because the source is told last.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tocsin.database.locks import exclusive
from tocsin.errors import TocsinError
from tocsin.intake.fetch.inbox import Inbox
from tocsin.intake.fetch.items import Fetcher, Item
from tocsin.intake.fetch.memory import DatabaseMemory
from tocsin.intake.fetch.sources import Source

Ingest = Callable[[Path, str], int]
"""Ingests a file, read as the named feed if one is named; gives how many rows were refused."""


@dataclass
class Outcome:
    """What a run did.  `names` are the things taken, or with a dry run those that would be."""

    source: str
    names: list[str] = field(default_factory=list)
    refused: int = 0
    failures: list[str] = field(default_factory=list)


def fetch(
    source: Source, home: Path, ingest: Ingest, now: datetime, dry_run: bool = False
) -> Outcome:
    """Takes all that is new at a source.  Failures are told in the outcome, item by item."""
    outcome = Outcome(source.name)
    with _failures_into(outcome):
        fetcher = source.fetcher()
        if dry_run:
            outcome.names += _offered(fetcher, DatabaseMemory(source.name), now)
            return outcome
        inbox = Inbox(home, source.name)
        with _alone(inbox):
            memory = DatabaseMemory(source.name)
            memory.start(now)
            _Run(source, inbox, memory, ingest, now, outcome).all(fetcher)
            memory.end(outcome.failures, now)
    return outcome


def due(sources: Mapping[str, Source], now: datetime) -> list[Source]:
    """Those whose schedule calls for a run now, or whose last run did not come to its end."""
    return [source for source in sources.values() if source.schedule and _due(source, now)]


def _due(source: Source, now: datetime) -> bool:
    memory = DatabaseMemory(source.name)
    assert source.schedule is not None
    return memory.broken_off or source.schedule.due(memory.started_at, now)


@dataclass
class _Run:
    source: Source
    inbox: Inbox
    memory: DatabaseMemory
    ingest: Ingest
    now: datetime
    outcome: Outcome

    def all(self, fetcher: Fetcher) -> None:
        for key, path in self.inbox.waiting():
            with _failures_into(self.outcome):
                self._left_over(key, path)
        stuck = {key for key, _ in self.inbox.waiting()}
        try:
            with _failures_into(self.outcome):
                for item in fetcher.items(self.memory, self.now):
                    if item.key not in stuck:
                        with _failures_into(self.outcome):
                            self._take(item)
        finally:
            fetcher.close()

    def _left_over(self, key: str, path: Path) -> None:
        """What an earlier run put into the inbox and did not come to finish."""
        if not self.memory.known([key]):
            self._into_reports(key, path, {})
        self.inbox.remove(key)

    def _take(self, item: Item) -> None:
        path = self.inbox.put(item.key, item.name, item.save)
        self._into_reports(item.key, path, item.facts)
        item.finish()
        self.inbox.remove(item.key)

    def _into_reports(self, key: str, path: Path, facts: Mapping[str, str]) -> None:
        refused = self.ingest(path, self.source.feed)
        self.memory.take(key, path.name, facts, refused, self.now)
        self.outcome.names.append(path.name)
        self.outcome.refused += refused


def _offered(fetcher: Fetcher, memory: DatabaseMemory, now: datetime) -> list[str]:
    try:
        return [item.name for item in fetcher.items(memory, now)]
    finally:
        fetcher.close()


@contextmanager
def _alone(inbox: Inbox) -> Iterator[None]:
    with exclusive(inbox.lock, patience=0):
        yield


@contextmanager
def _failures_into(outcome: Outcome) -> Iterator[None]:
    """One failing item, or source, does not keep the others from being taken."""
    try:
        yield
    except TocsinError as error:
        outcome.failures.append(f"{error} ({error.hint})" if error.hint else str(error))

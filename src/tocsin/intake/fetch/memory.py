"""The memory of one source, kept in the database."""

from collections.abc import Collection, Mapping
from datetime import datetime

from tocsin.database.scope import staff_scope
from tocsin.intake.fetch.models import FetchedItem, FetchSource


class DatabaseMemory:
    """Each method is one transaction."""

    def __init__(self, source: str) -> None:
        with staff_scope():
            self._row, _ = FetchSource.objects.get_or_create(name=source)

    @property
    def facts(self) -> Mapping[str, str]:
        return dict(self._row.facts)

    @property
    def started_at(self) -> datetime | None:
        return self._row.started_at

    @property
    def broken_off(self) -> bool:
        """Whether the last run started and did not end; it may still be running."""
        started, ended = self._row.started_at, self._row.ended_at
        return started is not None and (ended is None or ended < started)

    def known(self, keys: Collection[str]) -> set[str]:
        with staff_scope():
            taken = FetchedItem.objects.filter(source=self._row, key__in=list(keys))
            return set(taken.values_list("key", flat=True))

    def start(self, now: datetime) -> None:
        self._row.started_at = now
        self._save("started_at")

    def take(
        self, key: str, name: str, facts: Mapping[str, str], refused: int, now: datetime
    ) -> None:
        """From here on the item is known.  Doing it twice changes nothing."""
        self._row.facts = {**self._row.facts, **facts}
        with staff_scope():
            FetchedItem.objects.get_or_create(
                source=self._row,
                key=key,
                defaults={"name": name, "taken_at": now, "refused": refused},
            )
            self._row.save(update_fields=["facts"])

    def end(self, failures: list[str], now: datetime) -> None:
        self._row.ended_at, self._row.failures = now, failures
        self._save("ended_at", "failures")

    def _save(self, *fields: str) -> None:
        with staff_scope():
            self._row.save(update_fields=list(fields))

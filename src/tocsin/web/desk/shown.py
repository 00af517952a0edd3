"""A threat as a row of a page."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tocsin.answers.queries import Said, latest


@dataclass(frozen=True)
class Row:
    """`said`: the latest answer that stands, if there is one; `whose`: the organisation's name."""

    id: UUID
    state: str
    severity: str
    kind: str
    title: str
    affected: str
    port: int | None
    protocol: str
    tag: str
    asn: int | None
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime
    state_since: datetime
    times_seen: int
    recurrences: int
    claimed_at: datetime | None
    alerted_at: datetime | None
    whose: str
    said: Said | None = None

    @property
    def where(self) -> str:
        """The port and the protocol: 3389/tcp."""
        return "/".join(str(part) for part in (self.port, self.protocol) if part)

    @property
    def short(self) -> str:
        return str(self.id)[:8]


def rows(items: bytes, organisation: int | None) -> list[Row]:
    """A page of `threats.reading`, with what the organisation (or whoever) answered last."""
    found: list[dict[str, Any]] = json.loads(items)
    said = latest([UUID(one["threat_id"]) for one in found], organisation)
    return [row(one, said) for one in found]


def row(one: Mapping[str, Any], said: Mapping[UUID, Said]) -> Row:
    key = UUID(one["threat_id"])
    values: dict[str, Any] = {
        name: one[name]
        for name in (
            "state", "severity", "kind", "title", "affected", "port", "asn", "times_seen",
            "recurrences",
        )
    }  # fmt: skip
    for name in ("protocol", "tag"):
        values[name] = one[name] or ""
    for name in ("first_seen", "last_seen", "opened_at", "state_since", "claimed_at", "alerted_at"):
        values[name] = one[name] and datetime.fromisoformat(one[name])
    return Row(key, **values, whose=one["organisation"] or "", said=said.get(key))


def ids(items: bytes) -> Iterable[UUID]:
    return (UUID(one["threat_id"]) for one in json.loads(items))

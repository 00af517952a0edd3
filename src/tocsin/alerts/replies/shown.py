"""An alert's rows for its answer page: exactly what the mail's file says, a page at a time."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from tocsin.alerts.content import AlertContent
from tocsin.alerts.freezing import unpacked
from tocsin.alerts.models import Alert

SIZE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One threat as the mail told of it."""

    id: UUID
    title: str
    severity: str
    affected: str
    port: str
    protocol: str
    tag: str
    hostname: str
    last_seen: str
    times_seen: str
    why: str

    @property
    def where(self) -> str:
        return "/".join(part for part in (self.port, self.protocol) if part)

    @property
    def short(self) -> str:
        return str(self.id)[:8]


@dataclass(frozen=True)
class Kind:
    """A kind of threat in the alert; `number` counts from 1 in the order of the mail."""

    number: int
    title: str
    severity: str
    total: int


def kinds(content: AlertContent) -> list[Kind]:
    return [
        Kind(number, group.text.title, group.severity, group.total)
        for number, group in enumerate(content.groups, start=1)
    ]


def page(alert: Alert, number: int) -> list[Line]:
    """The page's rows, the first page is 1."""
    first = (number - 1) * SIZE
    found = []
    for place, row in enumerate(_rows(alert)):
        if place >= first + SIZE:
            break
        if place >= first:
            found.append(_line(row))
    return found


def line(alert: Alert, threat: UUID) -> Line | None:
    """One of its threats; nothing where it is none of them."""
    wanted = str(threat)
    return next((_line(row) for row in _rows(alert) if row["threat_id"] == wanted), None)


def threats(alert: Alert, title: str | None = None) -> list[UUID]:
    """The ids of all, or of one kind by its title."""
    return [
        UUID(row["threat_id"])
        for row in _rows(alert)
        if title is None or _plain(row["title"]) == title
    ]


def _rows(alert: Alert) -> Iterator[Mapping[str, str]]:
    text = unpacked(alert.csv).decode("utf-8-sig")
    reader = csv.reader(io.StringIO(text, newline=""))
    head = next(reader, [])
    wanted = {
        name: at for at, name in enumerate(head) if name in Line.__slots__ or name == "threat_id"
    }
    for cells in reader:
        yield {name: cells[at] for name, at in wanted.items()}


def _line(row: Mapping[str, str]) -> Line:
    told = {name: _plain(value) for name, value in row.items() if name != "threat_id"}
    return Line(id=UUID(row["threat_id"]), **told)


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps spreadsheets from running it."""
    return cell[1:] if cell.startswith("'") else cell

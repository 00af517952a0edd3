"""How long requests took: percentiles, a table of them, and the goal."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

MILLI = 1_000
LIMIT = 50.0  # milliseconds of the 95th percentile
PAGES, LOOK_UPS, PORTAL = "pages", "look-up", "portal"
LIMIT_OF_PORTAL, MOST_QUERIES = 100.0, 20


@dataclass(frozen=True)
class Latency:
    """The seconds that each of some requests of one sort took, sent and read by `caller`.

    `group`: what they are counted among.  `threats`: in all the answers.  `cpu`: seconds of the
    server's and the database's processors for all of them, which other load hardly changes.
    `queries`: the most statements that one of them made, where the server tells.
    """

    group: str
    case: str
    caller: str
    seconds: tuple[float, ...]
    threats: int = 0
    cpu: float = 0.0
    queries: int = 0

    def at(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered (nearest rank)."""
        return percentile(self.seconds, share) * MILLI

    @property
    def summary(self) -> dict[str, Any]:
        return {**asdict(self), "p50": self.at(0.5), "p95": self.at(0.95), "max": self.at(1)}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def merged(latencies: Sequence[Latency]) -> list[Latency]:
    """One for each case and caller, in the order in which they first came."""
    groups: dict[tuple[str, str, str], list[Latency]] = {}
    for one in latencies:
        groups.setdefault((one.group, one.case, one.caller), []).append(one)
    return [
        Latency(
            *names,
            tuple(seconds for one in found for seconds in one.seconds),
            sum(one.threats for one in found),
            sum(one.cpu for one in found),
            max(one.queries for one in found),
        )
        for names, found in groups.items()
    ]


def worst(latencies: Sequence[Latency], group: str) -> Latency | None:
    """The one of a group with the highest 95th percentile."""
    return max(
        (one for one in latencies if one.group == group),
        key=lambda one: one.at(0.95),
        default=None,
    )


def table(latencies: Sequence[Latency]) -> Table:
    made = Table(
        "requests",
        "of what",
        "by",
        "number",
        "threats each",
        "p50 ms",
        "p95 ms",
        "max ms",
        "CPU ms",
        "queries",
    )
    for column in made.columns[3:]:
        column.justify = "right"
    for one in latencies:
        made.add_row(
            one.group, one.case, one.caller, f"{len(one.seconds):,}",
            f"{one.threats / len(one.seconds):,.1f}",
            *(f"{one.at(share):,.1f}" for share in (0.5, 0.95, 1)),
            f"{one.cpu / len(one.seconds) * MILLI:,.1f}",
            str(one.queries or "–"),
        )  # fmt: skip
    return made

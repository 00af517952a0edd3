"""What one run of one contender amounted to."""

from dataclasses import dataclass

from benchmarks.meter import Usage

TOCSIN, FLOOR, INTELMQ = "Tocsin", "floor", "IntelMQ"


@dataclass(frozen=True)
class Run:
    """One measured run of `contender` over `rows` (for alerts: threats).  `grown`: bytes on disk
    that it added.  `swelling`: MiB that a server's memory grew by meanwhile."""

    case: str
    contender: str
    rows: int
    usage: Usage
    grown: int
    swelling: float = 0.0

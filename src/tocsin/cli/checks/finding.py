"""What a check has found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """`state`: ok, warning (works, but look at it) or problem. `todo` is empty when ok."""

    state: str
    what: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at, and when; a demo's `story` stands at a time of its own."""

    home: Path
    now: datetime
    story: datetime


Check = Callable[[Place], Finding]


def counted(number: int, one: str, many: str = "") -> str:
    """`1 job`, `2 jobs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def some(names: list[str], most: int = 3) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

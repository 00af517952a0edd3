"""The numbers that order a queue, read from data/weights.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "weights.toml"
PARTS = (
    "severe", "silent", "reminded", "unreachable", "not_improving", "recurring", "asked",
    "follow_up", "engaged",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the sum.  `steps`: (from, points) in rising order; `least` and `within` stand
    for nought where a part has none."""

    why: str
    figure: str
    steps: tuple[tuple[int, int], ...]
    least: int = 0
    within: int = 0

    def points(self, figure: float) -> int:
        """Of the last step that is reached; 0 below the first."""
        return next((points for start, points in reversed(self.steps) if figure >= start), 0)


@dataclass(frozen=True, slots=True)
class Weights:
    """All days are whole days up to the last one with counts."""

    recent_days: int
    before_days: int
    answer_days: int
    came_back_days: int
    parts: Mapping[str, Part]


@cache
def weights(path: Path = FILE) -> Weights:
    """Raises `ValueError` or `KeyError` for a file that lacks a part or turns its steps round."""
    raw = tomllib.loads(path.read_text("utf-8"))
    parts = {name: _part(name, raw[name]) for name in PARTS}
    return Weights(**raw["periods"], parts=parts)


def _part(name: str, raw: Mapping[str, Any]) -> Part:
    steps = tuple((int(start), int(points)) for start, points in raw.get("steps", ()))
    if list(steps) != sorted(steps) or bool(steps) == ("points" in raw):
        raise ValueError(f"{name} needs either points or steps that rise")
    return Part(
        raw["why"],
        raw["figure"],
        steps or ((0, int(raw["points"])),),
        int(raw.get("least", 0)),
        int(raw.get("within_days", 0)),
    )

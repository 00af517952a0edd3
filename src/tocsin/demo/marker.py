"""`demo.json` in the home: says that it holds a demo, which, and how far its story has come.

`accounts` puts in who can sign in there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tocsin.database.files import durable
from tocsin.demo.generate import Plan
from tocsin.errors import TocsinError

NAME = "demo.json"
ELSEWHERE = "Give the demo a home of its own: TOCSIN_HOME=./another-folder tocsin demo"


@dataclass(frozen=True)
class Marker:
    """`clock`: the simulated time at which the story stands; `done`: it was told to its end.

    `steps`: so many of the story's own steps (`week`) are behind it.
    """

    plan: Plan
    clock: datetime
    done: bool = False
    steps: int = 0

    def write(self, home: Path) -> None:
        plan = self.plan
        story = {
            "seed": plan.seed,
            "days": plan.days,
            "threats": plan.threats,
            "end": str(plan.end),
            "clock": self.clock.isoformat(),
            "done": self.done,
            "steps": self.steps,
        }
        add(home, story)


def add(home: Path, entries: Mapping[str, Any]) -> None:
    """Put these into the file, beside what it holds; it stays private (0600)."""
    whole = {**said(home), **entries}
    with durable(home / NAME) as partial:
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")


def said(home: Path) -> dict[str, Any]:
    """All that the file holds; nothing where the home holds no demo."""
    try:
        found: dict[str, Any] = json.loads((home / NAME).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found


def read_marker(home: Path) -> Marker | None:
    """None if the home holds no demo."""
    story = said(home)
    if not story:
        return None
    plan = Plan(story["seed"], story["days"], story["threats"], date.fromisoformat(story["end"]))
    clock = datetime.fromisoformat(story["clock"])
    return Marker(plan, clock, story["done"], story.get("steps", 0))


def check_home(home: Path, plan: Plan, holds_data: bool) -> None:
    """Raises `TocsinError` if the home holds something other than this very demo."""
    marker = read_marker(home)
    if marker is None and holds_data:
        raise TocsinError(f"{home} holds data that is not a demo's.", ELSEWHERE)
    if marker is not None and marker.plan != plan:
        there = marker.plan
        raise TocsinError(
            f"{home} holds another demo: seed {there.seed}, {there.days} days, "
            f"about {there.threats} threats.",
            ELSEWHERE,
        )

"""The time that the pages go by."""

import json
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings


def is_demo() -> bool:
    """Whether the home holds a demo; `demo.marker` writes what is read here."""
    return _demo().exists()


def now() -> datetime:
    """The time, or in a demo the simulated one at which its story stands (UTC)."""
    try:
        story = json.loads(_demo().read_text("utf-8"))
    except FileNotFoundError:
        return datetime.now(UTC)
    return datetime.fromisoformat(story["clock"])


def _demo() -> Path:
    home: Path = settings.TOCSIN_HOME
    return home / "demo.json"

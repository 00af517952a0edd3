"""The time that the pages go by."""

import json
from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """The time, or in a demo the simulated one at which its story ends (UTC)."""
    try:
        story = json.loads((settings.TOCSIN_HOME / "demo.json").read_text("utf-8"))
    except FileNotFoundError:
        return datetime.now(UTC)
    return datetime.fromisoformat(story["clock"])

"""By when we ask for something to be done."""

from datetime import datetime, timedelta

WITHIN = {
    "critical": timedelta(days=1),
    "high": timedelta(days=7),
    "medium": timedelta(days=14),
    "low": timedelta(days=30),
}


def deadline(severity: str, told_at: datetime) -> datetime | None:
    """By when a threat of this severity should be dealt with; nothing to do for `info`."""
    within = WITHIN.get(severity)
    return told_at + within if within else None

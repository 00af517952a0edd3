"""Days as people choose them in forms."""

from datetime import UTC, date, datetime, time, timedelta

DAY = timedelta(days=1)


def end_of(day: date | None) -> datetime | None:
    """The midnight after it (UTC); none of the last day there is."""
    return datetime.combine(day, time(), UTC) + DAY if day and day < date.max else None

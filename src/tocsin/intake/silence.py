"""Feeds that have stopped delivering."""

from datetime import datetime, timedelta
from pathlib import Path

from tocsin.intake.feed_specs import all_feeds
from tocsin.intake.models import Feed

USUAL = timedelta(days=1)  # of a feed that is not described


def silent(home: Path, now: datetime) -> list[Feed]:
    """Those of which two deliveries in a row have not come, by name; in the caller's scope.

    Raises `TocsinError` for a feed.toml that cannot be read.
    """
    cadences = {feed.name: timedelta(hours=feed.cadence_hours) for feed in all_feeds(home)}
    began = Feed.objects.filter(enabled=True, last_report_at__isnull=False).order_by("name")
    return [one for one in began if _is_late(one, cadences.get(one.name, USUAL), now)]


def _is_late(feed: Feed, cadence: timedelta, now: datetime) -> bool:
    return feed.last_report_at is not None and now - feed.last_report_at > 2 * cadence

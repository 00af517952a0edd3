"""Content that is known already, delivered for another stream or day: no new rows, but a delivery.

Parallel streams can be the same to the byte, and so are all files that have only a header.  Were
such a delivery not counted, its day would look as if nothing had come, and nothing could be gone.
The rows of another day once more say nothing about today: a feed that is stuck does that.
"""

from collections.abc import Iterable
from datetime import date

from tocsin.intake.feed_specs import FeedSpec
from tocsin.intake.health import record_day
from tocsin.intake.models import Feed, FeedDay, Report


def count_delivery(
    known: Report,
    spec: FeedSpec,
    stream: str,
    day: date,
    kinds: Iterable[str],
    is_cut: bool = False,
) -> None:
    """Once for each stream and day.  `kinds`: what the file says it is of; read only if needed."""
    if known.rows and (known.day != day or known.feed.name != spec.name):
        return
    feed = Feed.objects.get(name=spec.name)
    for kind in list(known.kinds) if known.rows else kinds:
        days = FeedDay.objects.filter(feed=feed, kind=kind, day=day)
        first = days.filter(stream=known.stream).first() if known.rows else None
        if not days.filter(stream=stream).exists():
            rows, refused = (first.rows, first.refused) if first else (0, 0)
            record_day(feed, kind, stream, day, rows, refused, spec.short_below, is_cut)

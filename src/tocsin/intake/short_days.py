"""An analyst's word on a short day: that is what there was, or after all not."""

from datetime import datetime

from django.conf import settings

from tocsin.audit.log import note
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.intake.feed_specs import all_feeds
from tocsin.intake.health import rejudge
from tocsin.intake.models import FeedDay


def believe(number: int, now: datetime, by: str) -> FeedDay:
    """The day counts as healthy from now on: what it did not show may be gone.

    Raises `TocsinError` for a day that is not short.
    """
    with staff_scope():
        day = _locked(number)
        if day.state != "short":
            raise TocsinError("This day is not short.", "Load the page again to see what it is.")
        day.real_by, day.real_at = by, now
        rejudge(day, _short_below(day.feed.name), is_cut=False)
        note(by, "short day is real", f"feed day {number}", now, feed=day.feed.name, kind=day.kind)
    return day


def doubt(number: int, now: datetime, by: str) -> FeedDay:
    """The day is short again, and proves nothing: what it closed is withdrawn by the next sweep.

    Raises `TocsinError` for a day that nobody has said to be real.
    """
    with staff_scope():
        day = _locked(number)
        if not day.real_by:
            raise TocsinError("Nobody has said that this day is real.")
        day.real_by, day.real_at = "", None
        rejudge(day, _short_below(day.feed.name), is_cut=True)
        note(by, "short day is not real", f"feed day {number}", now, feed=day.feed.name,
             kind=day.kind)  # fmt: skip
    return day


def _locked(number: int) -> FeedDay:
    days = FeedDay.objects.select_for_update(of=("self",)).select_related("feed")
    found = days.filter(pk=number).first()
    if found is None:
        raise TocsinError("There is no such day any more.")
    return found


def _short_below(feed: str) -> int:
    specs = all_feeds(settings.TOCSIN_HOME)
    return next((one.short_below for one in specs if one.name == feed), 0)

"""What the worker does for feeds and threats.  Each job can run twice, at any moment."""

from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from tocsin.database.fresh import fresh_connection
from tocsin.database.scope import staff_scope
from tocsin.intake.silence import silent
from tocsin.notices import announcements as notices
from tocsin.threats import fetching, fix_times, leftovers, retry
from tocsin.threats.reattribution import attribute_again
from tocsin.threats.standing import count_standing
from tocsin.threats.sweep import sweep_all

FETCH_EVERY = "* * * * *"
SWEEP_EVERY = "*/10 * * * *"
COUNT_EVERY = "5-59/10 * * * *"
TIDY_EVERY = "17 3 * * *"
LATE_EVERY = "37 * * * *"
FIX_TIMES_EVERY = "31 4 * * *"


@app.periodic(cron=FETCH_EVERY)
@app.task(name="tocsin.threats.fetch", queue="feeds", queueing_lock="tocsin.threats.fetch")
@fresh_connection
def fetch(timestamp: int) -> None:
    """Fetch and take what the sources' schedules call for."""
    fetching.fetch_due(datetime.now(UTC))


@app.periodic(cron=SWEEP_EVERY)
@app.task(name="tocsin.threats.sweep", queue="feeds", queueing_lock="tocsin.threats.sweep")
@fresh_connection
def sweep(timestamp: int) -> None:
    """Bring threats up to the assets and days that a stopped command left behind."""
    now = datetime.now(UTC)
    attribute_again(now)
    sweep_all(now)


@app.periodic(cron=TIDY_EVERY)
@app.task(name="tocsin.threats.tidy", queue="feeds", queueing_lock="tocsin.threats.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """Remove files that no report owns, and sealed copies past their time."""
    leftovers.tidy(settings.TOCSIN_HOME, datetime.now(UTC), settings.TOCSIN_RAW_DAYS)


@app.task(name=retry.JOB, queue="feeds")
@fresh_connection
def read_again(what: str, number: int, by: str) -> None:
    """Take what was refused of a report, or a file that was refused whole, after a fix."""
    retry.retry_and_sweep(what, number, datetime.now(UTC), by)


@app.periodic(cron=COUNT_EVERY)
@app.task(name="tocsin.threats.standing", queue="feeds", queueing_lock="tocsin.threats.standing")
@fresh_connection
def standing(timestamp: int) -> None:
    """Count every organisation's threats, for the pages."""
    count_standing(datetime.now(UTC))


@app.periodic(cron=LATE_EVERY)
@app.task(name="tocsin.threats.late", queue="feeds", queueing_lock="tocsin.threats.late")
@fresh_connection
def late(timestamp: int) -> None:
    """Analysts are told of feeds that have stopped delivering, once a silence."""
    now = datetime.now(UTC)
    with staff_scope():
        found = silent(settings.TOCSIN_HOME, now)
        told = [(one.name, one.last_report_at.date()) for one in found if one.last_report_at]
        notices.feeds_late(told, now)


@app.periodic(cron=FIX_TIMES_EVERY)
@app.task(name="tocsin.threats.fix_times", queue="feeds", queueing_lock="tocsin.threats.fix_times")
@fresh_connection
def refresh_fix_times(timestamp: int) -> None:
    """How long threats stood until they were gone, by organisation and month."""
    fix_times.refresh(datetime.now(UTC))

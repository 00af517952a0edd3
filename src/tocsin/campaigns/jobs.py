"""What the worker does for campaigns.  Each job can run twice, at any moment."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tocsin.campaigns import actions
from tocsin.database.fresh import fresh_connection

TIDY_EVERY = "29 3 * * *"


@app.task(name=actions.TAKE, queue="feeds")
@fresh_connection
def take(number: int) -> None:
    """Take the file of a campaign that somebody confirmed."""
    actions.take(number, datetime.now(UTC))


@app.periodic(cron=TIDY_EVERY)
@app.task(name="tocsin.campaigns.tidy", queue="feeds", queueing_lock="tocsin.campaigns.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """End what is out of its window, forget drafts."""
    actions.tidy(datetime.now(UTC))

"""What the worker does for answers.  Each job can run twice, at any moment."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tocsin.answers import nobodys
from tocsin.answers.decisions import end_dismissals
from tocsin.database.fresh import fresh_connection
from tocsin.threats.reattribution import attribute_again

EVERY_HOUR = "7 * * * *"
COUNT_EVERY = "23 * * * *"


@app.periodic(cron=EVERY_HOUR)
@app.task(
    name="tocsin.answers.dismissals", queue="feeds", queueing_lock="tocsin.answers.dismissals"
)
@fresh_connection
def dismissals(timestamp: int) -> None:
    """Look again at what was dismissed for a time that is over."""
    end_dismissals(datetime.now(UTC))


@app.periodic(cron=COUNT_EVERY)
@app.task(name="tocsin.answers.nobodys", queue="feeds", queueing_lock="tocsin.answers.nobodys")
@fresh_connection
def count_nobodys(timestamp: int) -> None:
    """Count what nobody answers for, by network."""
    nobodys.count_nobodys(datetime.now(UTC))


@app.task(name=nobodys.JOB, queue="feeds")
@fresh_connection
def attribute() -> None:
    """Threats go to who answers for them now, because a network has just been given away."""
    now = datetime.now(UTC)
    attribute_again(now)
    nobodys.count_nobodys(now)

"""What the worker does for answers.  Each job can run twice, at any moment."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tocsin.answers.decisions import end_dismissals
from tocsin.database.fresh import fresh_connection

EVERY_HOUR = "7 * * * *"


@app.periodic(cron=EVERY_HOUR)
@app.task(
    name="tocsin.answers.dismissals", queue="feeds", queueing_lock="tocsin.answers.dismissals"
)
@fresh_connection
def dismissals(timestamp: int) -> None:
    """Look again at what was dismissed for a time that is over."""
    end_dismissals(datetime.now(UTC))

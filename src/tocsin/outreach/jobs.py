"""What the worker does for protect officers.  Each job can run twice."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tocsin.database.fresh import fresh_connection
from tocsin.outreach.counts import count_regions
from tocsin.outreach.scoring import score_all

SCORE_EVERY = "23 5,11 * * *"


@app.periodic(cron=SCORE_EVERY)
@app.task(name="tocsin.outreach.score", queueing_lock="tocsin.outreach.score")
@fresh_connection
def score(timestamp: int) -> None:
    """The regions' sums and queues, once the night's reports are in and once more at noon."""
    now = datetime.now(UTC)
    count_regions(now)
    score_all(now)

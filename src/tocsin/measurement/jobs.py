"""What the worker does for statistics.  It can run twice."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tocsin.database.fresh import fresh_connection
from tocsin.measurement.counting import count as count_months


@app.periodic(cron="23 2 * * *")
@app.task(name="tocsin.measurement.count", queueing_lock="tocsin.measurement.count")
@fresh_connection
def count(timestamp: int) -> None:
    """Count this month and the one before anew."""
    count_months(datetime.now(UTC).date())

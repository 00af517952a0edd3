"""What the worker does for alerts.  Each job can run twice, at any moment, beside others."""

from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from tocsin.alerts.channels.mail.setup import post
from tocsin.alerts.compose import compose_due, ready, tell_of_releases
from tocsin.alerts.deliveries import DELIVER, deliver_due
from tocsin.alerts.incoming import forget
from tocsin.alerts.mailbox import collect
from tocsin.alerts.replies.posting import send_receipts
from tocsin.alerts.rules import Digests
from tocsin.database.fresh import fresh_connection

COMPOSE_EVERY = "*/15 * * * *"
DELIVER_EVERY = "*/5 * * * *"
READ_EVERY = "2-59/5 * * * *"


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron=COMPOSE_EVERY)
@app.task(name="tocsin.alerts.compose", queue="alerts", queueing_lock="tocsin.alerts.compose")
@fresh_connection
def compose(timestamp: int) -> None:
    """Digests whose day has come, and whatever does not wait for them."""
    now = _now()
    morning = now.hour >= settings.TOCSIN_DIGEST_HOUR
    compose_due(ready(now), now, Digests.DUE if morning else Digests.NONE)
    tell_of_releases(now)


@app.periodic(cron=DELIVER_EVERY)
@app.task(name=DELIVER, queue="deliveries")
@fresh_connection
def deliver(timestamp: int = 0) -> None:
    """What is queued, put off until now, or uncertain and due to be sent again; receipts too."""
    deliver_due(post(), _now)
    send_receipts(post(), _now)


@app.periodic(cron=READ_EVERY)
@app.task(name="tocsin.alerts.read", queue="alerts", queueing_lock="tocsin.alerts.read")
@fresh_connection
def read(timestamp: int) -> None:
    """Take in what came to our mailbox, and forget what was settled long ago."""
    now = _now()
    collect(now)
    forget(now, settings.TOCSIN_RAW_DAYS)

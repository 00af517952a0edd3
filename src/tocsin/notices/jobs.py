"""What the worker does for notices.  Each job can run twice, at any moment, beside others."""

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tocsin.database.fresh import fresh_connection
from tocsin.database.queue import later
from tocsin.notices import actions, mails
from tocsin.notices.rules import Mail

MAIL = "tocsin.notices.mail"
# A mail server that is away comes back: seconds, then minutes, then a quarter of an hour later.
TRIES = RetryStrategy(max_attempts=6, exponential_wait=4)


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="*/5 * * * *")
@app.task(name="tocsin.notices.at_once", queueing_lock="tocsin.notices.at_once")
@fresh_connection
def at_once(timestamp: int) -> None:
    """A mail to each who wants to hear at once and has something unread."""
    for person in mails.to_be_mailed([Mail.AT_ONCE], _now()):
        later(MAIL, person=person)


@app.periodic(cron="10 7 * * *")
@app.task(name="tocsin.notices.daily", queueing_lock="tocsin.notices.daily")
@fresh_connection
def daily(timestamp: int) -> None:
    """The same for those who want one mail a day."""
    for person in mails.to_be_mailed([Mail.DAILY], _now()):
        later(MAIL, person=person)


@app.task(name=MAIL, retry=TRIES)
@fresh_connection
def mail(person: int) -> None:
    """One person's mail; done twice, there is nothing left to send."""
    mails.mail(person, _now())


@app.periodic(cron="57 3 * * *")
@app.task(name="tocsin.notices.tidy", queueing_lock="tocsin.notices.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """Drop what is older than notices are kept."""
    actions.forget(_now())

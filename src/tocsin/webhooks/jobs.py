"""What the worker does for webhooks.  Each job can run twice, at any moment, beside others."""

from datetime import UTC, datetime
from functools import partial
from secrets import SystemRandom

from django.conf import settings
from procrastinate.contrib.django import app

from tocsin.database.fresh import fresh_connection
from tocsin.database.scope import staff_scope
from tocsin.mailing import send_mail
from tocsin.webhooks.actions import DELIVER, QUEUE, defer_delivery, forget
from tocsin.webhooks.deliveries import MORE, deliver_due
from tocsin.webhooks.models import Webhook
from tocsin.webhooks.outcomes import TELL
from tocsin.webhooks.resolving import policy
from tocsin.webhooks.rules import KEEP
from tocsin.webhooks.sending import post

DISABLED_MAIL = """Hello,

your webhook {url}
is switched off: {reason}.

What happened since is kept for {days} days. When the endpoint works again, switch the webhook on
and replay what it missed: {page}/api/v1/webhooks/{id}
"""


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="* * * * *")
@app.task(name=DELIVER, queue=QUEUE)
@fresh_connection
def deliver(timestamp: int = 0) -> None:
    """What is queued, put off until now, or was left half done by a worker that died."""
    ended = deliver_due(partial(post, rules=policy()), _now, SystemRandom().random)
    if ended[MORE]:
        defer_delivery()


@app.task(name=TELL)
@fresh_connection
def tell(webhook: int, to: str) -> None:
    """Mail an owner that a webhook was switched off, if it still is."""
    with staff_scope():
        found = Webhook.objects.filter(pk=webhook, enabled=False).first()
    if found is None:
        return
    text = DISABLED_MAIL.format(
        url=found.url,
        reason=found.disabled_reason.rstrip("."),
        days=KEEP.days,
        page=settings.TOCSIN_PUBLIC_URL,
        id=found.public_id,
    )
    send_mail(to, "Your webhook is switched off", text, _now())


@app.periodic(cron="51 3 * * *")
@app.task(name="tocsin.webhooks.tidy", queue=QUEUE, queueing_lock="tocsin.webhooks.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """Drop events that can no longer be replayed, with their deliveries."""
    forget(_now() - KEEP)

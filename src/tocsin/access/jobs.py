"""Access's jobs."""

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from tocsin.access.links import VALID_FOR, make_sign_in_link
from tocsin.access.models import Person, SignInLink
from tocsin.access.throttle import forget
from tocsin.database.fresh import fresh_connection
from tocsin.database.scope import staff_scope
from tocsin.mailing import page_address, send_mail

LINK_MAIL = """Hello {name},

open this page and press "Sign in". The link works once, for {minutes} minutes:

{link}

If you did not ask for it, do nothing.
"""


@app.task(name="tocsin.access.send_sign_in_link")
@fresh_connection
def send_sign_in_link(email: str) -> None:
    """Mail a link, if somebody has the address.  A job, so that asking takes equally long."""
    now = datetime.now(UTC)
    with staff_scope():
        person = Person.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            return
        token = make_sign_in_link(person, now)
    text = LINK_MAIL.format(
        name=person.name or person.email,
        minutes=VALID_FOR.seconds // 60,
        link=page_address(f"/sign-in/{token}/"),
    )
    send_mail(person.email, "Your sign-in link", text, now)


@app.periodic(cron="43 3 * * *")
@app.task(name="tocsin.access.tidy", queueing_lock="tocsin.access.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """Drop what can no longer matter: old sessions, links and counts of attempts."""
    now = datetime.now(UTC)
    Session.objects.filter(expire_date__lt=now).delete()
    with staff_scope():
        SignInLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    forget(now - timedelta(days=1))

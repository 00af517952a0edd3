"""Access's jobs."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from tocsin.access.links import VALID_FOR, make_sign_in_link
from tocsin.access.models import Person, SignInLink, SignInSession
from tocsin.access.sessions import LASTS
from tocsin.access.throttle import forget
from tocsin.database.fresh import fresh_connection
from tocsin.database.scope import staff_scope
from tocsin.mailing import page_address, send_mail

LINK_MAIL = """Hello {name},

open this page and press "Sign in". The link works once, for {minutes} minutes:

{link}

If you did not ask for it, do nothing.
"""

CHANGE_MAIL = """Hello {name},

on {at}, {change}. Wherever else you were signed in, you were signed out.

If that was you, there is nothing to do. If not, somebody else may be using your account: sign in
at {page} to see and end what is open, and tell {authority}.
"""
CHANGES = {
    "password-changed": "your password for Tocsin was changed",
    "app-added": "an authenticator app was added to how you sign in to Tocsin",
    "app-removed": "your authenticator app was removed from how you sign in to Tocsin",
    "passkey-added": "a passkey was added to how you sign in to Tocsin",
    "passkey-removed": "a passkey was removed from how you sign in to Tocsin",
    "recovery-codes-made": "new recovery codes were made for you; those before no longer work",
    "factors-reset": "the authority took your second factors for Tocsin away, to be set up anew",
}


@app.task(name="tocsin.access.send_sign_in_link")
@fresh_connection
def send_sign_in_link(email: str) -> None:
    """Mail a link, if somebody has the address.  A job, so that asking takes equally long."""
    now = datetime.now(UTC)
    with staff_scope():
        person = Person.objects.welcome().filter(email__iexact=email).first()
        if person is None:
            return
        token = make_sign_in_link(person, now)
    text = LINK_MAIL.format(
        name=person.name or person.email,
        minutes=VALID_FOR.seconds // 60,
        link=page_address(f"/sign-in/{token}/"),
    )
    send_mail(person.email, "Your sign-in link", text, now)


@app.task(name="tocsin.access.tell_of_change")
@fresh_connection
def tell_of_change(person: int, what: str, at: str) -> None:
    """Mail somebody that how they sign in was changed: if it was not them, they must know."""
    with staff_scope():
        found = Person.objects.filter(pk=person).first()
    if found is None:
        return
    moment = datetime.fromisoformat(at)
    text = CHANGE_MAIL.format(
        name=found.name or found.email,
        change=CHANGES[what],
        at=f"{moment.day} {moment:%b %Y, %H:%M} UTC",
        page=page_address("/account/"),
        authority=settings.TOCSIN_AUTHORITY,
    )
    send_mail(found.email, "How you sign in was changed", text, datetime.now(UTC))


@app.periodic(cron="43 3 * * *")
@app.task(name="tocsin.access.tidy", queueing_lock="tocsin.access.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """Drop what can no longer matter: old sessions, links and counts of attempts."""
    now = datetime.now(UTC)
    Session.objects.filter(expire_date__lt=now).delete()
    with staff_scope():
        SignInLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        SignInSession.objects.filter(started_at__lt=now - LASTS).delete()
    forget(now - timedelta(days=1))

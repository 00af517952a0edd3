"""Access's jobs."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tocsin.access import letters
from tocsin.access.activity import close, dormant
from tocsin.access.invitations import SEND, make_token
from tocsin.access.kept_replies import forget_replies
from tocsin.access.links import VALID_FOR, make_sign_in_link
from tocsin.access.models import Invitation, Person, Role, SignInLink, SignInSession
from tocsin.access.rules import NOTICE, Step
from tocsin.access.sessions import LASTS
from tocsin.access.throttle import forget
from tocsin.constituency.contact_expiry import TELL_ANALYSTS
from tocsin.constituency.contacts import TELL_OWNERS
from tocsin.constituency.models import Contact
from tocsin.database.fresh import fresh_connection
from tocsin.database.scope import staff_scope
from tocsin.mailing import page_address, send_mail

# A mail server that is away comes back: seconds, then minutes, then a quarter of an hour later.
TRIES = RetryStrategy(max_attempts=6, exponential_wait=4)
OLD_INVITATIONS = timedelta(days=90)

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
    text = letters.sign_in(person, token, VALID_FOR.seconds // 60)
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


@app.task(name=SEND, retry=TRIES)
@fresh_connection
def send_invitation(invitation: int) -> None:
    """Mail the link, or tell somebody who has access already; done twice, the newer link works."""
    now = datetime.now(UTC)
    made = make_token(invitation, now)
    if made is None:
        return
    invited, token = made
    with staff_scope():
        known = Person.objects.filter(email__iexact=invited.email).exists()
    text = letters.known_already(invited) if known else letters.invitation(invited, token)
    send_mail(invited.email, "Invitation to Tocsin", text, now)


@app.periodic(cron="13 6 * * *")
@app.task(name="tocsin.access.dormant", queueing_lock="tocsin.access.dormant")
@fresh_connection
def end_dormant(timestamp: int) -> None:
    """Tell those who stay away, and close the access of those who were told and did not come."""
    now = datetime.now(UTC)
    with staff_scope():
        found = list(dormant(now))
    for one in found:
        if one.step is Step.CLOSE:
            close(one.person, now)
        elif one.step is Step.TELL:
            text = letters.dormant(one.person, now + NOTICE)
            send_mail(one.person.email, "Your access to Tocsin will end", text, now)
            with staff_scope():
                Person.objects.filter(pk=one.person.pk).update(dormant_told_at=now)


@app.periodic(cron="43 3 * * *")
@app.task(name="tocsin.access.tidy", queueing_lock="tocsin.access.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """Drop what can no longer matter: old sessions, links, replies and counts of attempts."""
    now = datetime.now(UTC)
    Session.objects.filter(expire_date__lt=now).delete()
    with staff_scope():
        SignInLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        SignInSession.objects.filter(started_at__lt=now - LASTS).delete()
        Invitation.objects.filter(expires_at__lt=now - OLD_INVITATIONS).delete()
        forget_replies(now)
    forget(now - timedelta(days=1))


@app.task(name=TELL_OWNERS, retry=TRIES)
@fresh_connection
def tell_owners(contact: int) -> None:
    """A contact of theirs is wrong, or never answers."""
    with staff_scope():
        one = Contact.objects.select_related("organisation").filter(pk=contact).first()
        if one is None or one.unconfirmed_at is None:
            return
        owners = list(_active(Role.OWNER).filter(organisation=one.organisation))
    for owner in owners:
        send_mail(owner.email, "Please check a contact", letters.contact(one), datetime.now(UTC))


@app.task(name=TELL_ANALYSTS, retry=TRIES)
@fresh_connection
def tell_analysts(contacts: str) -> None:
    """One mail for all of a day; `contacts`: their numbers, separated by blanks."""
    with staff_scope():
        numbers = [int(number) for number in contacts.split()]
        wanted = Contact.objects.filter(pk__in=numbers, unconfirmed_at__isnull=False)
        found = list(wanted.select_related("organisation").order_by("organisation__name", "email"))
        analysts = list(_active(Role.ANALYST))
    for analyst in analysts if found else ():
        text = letters.unconfirmed(found)
        send_mail(analyst.email, "Contacts that do not answer", text, datetime.now(UTC))


def _active(role: Role) -> QuerySet[Person]:
    return Person.objects.filter(role=role, is_active=True).order_by("pk")

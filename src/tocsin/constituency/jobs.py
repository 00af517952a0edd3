"""What the worker does for joining and for contacts.  Each job can run twice."""

from datetime import UTC, datetime

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tocsin.constituency import letters
from tocsin.constituency.contact_expiry import contacts_due, expire, mark_asked, mark_reminded
from tocsin.constituency.contact_rules import Step
from tocsin.constituency.contacts import ASK as ASK_CONTACT
from tocsin.constituency.contacts import link_token
from tocsin.constituency.joining.applications import ASK, SEND_LINK, make_link
from tocsin.constituency.joining.decisions import TELL
from tocsin.constituency.joining.dns_proof import System
from tocsin.constituency.joining.leftovers import forget_applications
from tocsin.constituency.joining.proofs import (
    LOOK,
    asked,
    check_dns,
    dns_waiting,
    find_recipients,
    questions,
    still_to_ask,
)
from tocsin.constituency.joining.rdap import Rdap
from tocsin.constituency.models import Application, Claim, Contact
from tocsin.database.fresh import fresh_connection
from tocsin.database.scope import staff_scope
from tocsin.mailing import send_mail

# A mail server that is away comes back: seconds, then minutes, then a quarter of an hour later.
TRIES = RetryStrategy(max_attempts=6, exponential_wait=4)


def _now() -> datetime:
    return datetime.now(UTC)


def registry() -> Rdap | None:
    """RDAP as the settings allow it."""
    bootstrap: str = settings.TOCSIN_RDAP_BOOTSTRAP
    return Rdap(bootstrap=bootstrap) if bootstrap else None


@app.task(name=SEND_LINK, retry=TRIES)
@fresh_connection
def send_application_link(application: int) -> None:
    """Mail the applicant the link to confirm, and later to look; the newer link works."""
    now = _now()
    made = make_link(application, now)
    if made is not None:
        one, token = made
        send_mail(one.email, "Your application to Tocsin", letters.application(one, token), now)


@app.task(name=ASK, retry=TRIES)
@fresh_connection
def ask_for_proofs(application: int) -> None:
    """Find out who can prove the claims, and write to them; those already asked are left alone."""
    _ask_for_proofs(application)


@app.periodic(cron="27 * * * *")
@app.task(name="tocsin.constituency.check_dns", queueing_lock="tocsin.constituency.check_dns")
@fresh_connection
def check_dns_records(timestamp: int) -> None:
    """Look for the TXT records of claims that wait, for two weeks."""
    now = _now()
    check_dns(dns_waiting(now), System(), now)


@app.task(name=LOOK)
@fresh_connection
def look_into_dns(application: int) -> None:
    """Look for one application's records now, because somebody has just made them."""
    now = _now()
    check_dns(dns_waiting(now, application), System(), now)


@app.periodic(cron="41 4 * * *")
@app.task(name="tocsin.constituency.ask_again", queueing_lock="tocsin.constituency.ask_again")
@fresh_connection
def ask_again(timestamp: int) -> None:
    """Registries that could not be asked, and mailboxes that had enough for a day."""
    for application in still_to_ask(_now()):
        _ask_for_proofs(application)


@app.task(name=TELL, retry=TRIES)
@fresh_connection
def tell_decision(application: int) -> None:
    """Mail the applicant what was approved and what was not, with the reason."""
    with staff_scope():
        one = Application.objects.filter(pk=application).first()
        claims = list(Claim.objects.filter(application=application).order_by("pk"))
    if one is not None:
        send_mail(one.email, "Your application to Tocsin", letters.decision(one, claims), _now())


@app.task(name=ASK_CONTACT, retry=TRIES)
@fresh_connection
def ask_contact(contact: int) -> None:
    """Ask one mailbox whether it is right."""
    with staff_scope():
        one = Contact.objects.select_related("organisation").filter(pk=contact).first()
    if one is not None:
        _ask(one, _now())


@app.periodic(cron="53 5 * * *")
@app.task(name="tocsin.constituency.contacts", queueing_lock="tocsin.constituency.contacts")
@fresh_connection
def ask_contacts(timestamp: int) -> None:
    """Ask contacts that are due, remind them, and mark those that never answer."""
    now = _now()
    expired = []
    for contact, step in contacts_due(now):
        if step is Step.ASK:
            _ask(contact, now)
        elif step is Step.REMIND and contact.asked_at is not None:
            token = link_token(contact, contact.asked_at)
            send_mail(contact.email, SUBJECT, letters.contact(contact, token, reminder=True), now)
            mark_reminded(contact, now)
        else:
            expired.append(contact.pk)
    expire(expired, now)


@app.periodic(cron="49 3 * * *")
@app.task(name="tocsin.constituency.tidy", queueing_lock="tocsin.constituency.tidy")
@fresh_connection
def tidy(timestamp: int) -> None:
    """Forget applications that nobody confirmed, and new contacts that never answered."""
    forget_applications(_now())


SUBJECT = "Is this still the right address for alerts?"


def _ask(contact: Contact, now: datetime) -> None:
    """The link works once the moment is written down, so the mail leaves first."""
    send_mail(contact.email, SUBJECT, letters.contact(contact, link_token(contact, now)), now)
    mark_asked(contact, now)


def _ask_for_proofs(application: int) -> None:
    now = _now()
    find_recipients(application, registry(), now)
    for question in questions(application, now):
        for recipient in question.recipients:
            send_mail(
                recipient, f"Is this {question.application.name}?", letters.proof(question), now
            )
        asked(question, now)

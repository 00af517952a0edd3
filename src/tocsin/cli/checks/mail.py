"""Whether alerts leave, and reach somebody who can read them."""

import socket
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.db.models import Count, Q

from tocsin.alerts import mailbox
from tocsin.alerts.channels.mail import setup
from tocsin.alerts.models import Delivery
from tocsin.alerts.queries import waiting
from tocsin.alerts.to_read import waiting_mails
from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Finding, Place, counted, some
from tocsin.constituency.models import Contact, Organisation
from tocsin.kinds.language import LOCALE

SOON = timedelta(days=30)
PATIENCE = 5.0  # seconds for the mail server to answer


def smtp(place: Place) -> Finding:
    queued = Delivery.objects.filter(state="queued").count()
    if not settings.EMAIL_HOST:
        return Finding(
            WARNING,
            f"No mail server is set: alerts go to {place.home / 'outbox'} and nowhere else.",
            "Set TOCSIN_SMTP_HOST (and TOCSIN_SMTP_USER, TOCSIN_SMTP_PASSWORD_FILE).",
        )
    where = f"{settings.EMAIL_HOST} port {settings.EMAIL_PORT}"
    try:
        address = (settings.EMAIL_HOST, settings.EMAIL_PORT)
        socket.create_connection(address, timeout=PATIENCE).close()
    except OSError as error:
        return Finding(
            PROBLEM,
            f"The mail server {where} does not answer ({error}); {queued:,} alerts wait.",
            "Check TOCSIN_SMTP_HOST and TOCSIN_SMTP_PORT, and the way through the firewall.",
        )
    return Finding(OK, f"the mail server {where} answers; {queued:,} alerts wait")


def addresses(place: Place) -> Finding:
    """What mails say about us must work for who reads them."""
    if not settings.EMAIL_HOST:
        return Finding(OK, "no mail leaves this machine")
    wrong = []
    if ".example" in settings.TOCSIN_MAIL_FROM:
        wrong.append(f"TOCSIN_MAIL_FROM is {settings.TOCSIN_MAIL_FROM}")
    if urlsplit(settings.TOCSIN_PUBLIC_URL).hostname in {"127.0.0.1", "localhost", "::1"}:
        wrong.append(f"TOCSIN_PUBLIC_URL is {settings.TOCSIN_PUBLIC_URL}")
    if not wrong:
        return Finding(OK, "sender and links are real")
    return Finding(
        PROBLEM,
        f"Mails would name addresses that nobody can use: {' and '.join(wrong)}.",
        "Set both to what your organisations can write to and open.",
    )


def own_keys(place: Place) -> Finding:
    """The keys that sign our mails."""
    setup.own_keys()
    return Finding(OK, "our keys for mail are usable")


def incoming(place: Place) -> Finding:
    """Mails that come back have to be seen, or alerts go to addresses that nobody reads."""
    box = mailbox.mailbox()
    if box is None:
        if not settings.EMAIL_HOST:
            return Finding(OK, "no mail leaves this machine, so none comes back")
        return Finding(
            WARNING,
            "No mailbox is set: nobody sees which mails come back.",
            "Set TOCSIN_IMAP_HOST, TOCSIN_IMAP_USER and TOCSIN_IMAP_PASSWORD_FILE, "
            "or TOCSIN_MAILDIR.",
        )
    box.check()
    if trouble := mailbox.trouble(place.now):
        return Finding(
            WARNING,
            f"Mails to us may lie unread: {trouble}.",
            "Start `tocsin work`, or read now: `tocsin alerts read`.",
        )
    return Finding(OK, f"the {mailbox.place()} is read")


def letters(place: Place) -> Finding:
    """Mails to us that no rule could settle."""
    number = waiting_mails()
    if not number:
        return Finding(OK, "no mail waits for a person")
    return Finding(
        WARNING,
        f"{counted(number, 'mail to us waits', 'mails to us wait')} for a person.",
        "`tocsin alerts mails` lists them, `tocsin alerts mail NUMBER` shows one.",
    )


def uncertain(place: Place) -> Finding:
    found = Delivery.objects.filter(state="uncertain")
    number, left = found.count(), found.filter(next_attempt_at=None).count()
    if not number:
        return Finding(OK, "no delivery is uncertain")
    return Finding(
        WARNING,
        f"{counted(number, 'delivery', 'deliveries')} may or may not have left: a crash came "
        "between the mail server's acceptance and our record.",
        f"{left:,} of them wait for somebody to decide, the others are sent once more by "
        "themselves, with the same Message-ID. `tocsin status` shows them.",
    )


def failed(place: Place) -> Finding:
    number = Delivery.objects.filter(state__in=["failed", "bounced"]).count()
    if not number:
        return Finding(OK, "no delivery failed")
    return Finding(
        WARNING,
        f"{counted(number, 'delivery', 'deliveries')} failed or came back.",
        "`tocsin status` names the organisations; correct their contacts and send again.",
    )


def held(place: Place) -> Finding:
    reasons = Delivery.objects.filter(state="held").values_list("reason", flat=True)
    if not reasons:
        return Finding(OK, "no delivery is held")
    return Finding(
        WARNING,
        f"{counted(len(reasons), 'delivery is', 'deliveries are')} held: "
        f"{some(sorted(set(reasons)))}.",
        "Correct the contact's key or address. Held deliveries are tried again each day.",
    )


def unreleased(place: Place) -> Finding:
    """The first alert to an organisation leaves when an analyst has seen it."""
    hold = settings.TOCSIN_FIRST_SEND_HOLD
    names = [
        one.name
        for one in waiting(place.story)
        if hold and one.reachable and not one.suspended and not one.released_at
    ]
    if not names:
        return Finding(OK, "no first alert waits for its release")
    return Finding(
        WARNING,
        f"The first alerts to {counted(len(names), 'organisation')} wait for an analyst's "
        f"release: {some(names)}.",
        "Look at them with `tocsin alerts preview`, then release them (`tocsin alerts --help`).",
    )


def contacts(place: Place) -> Finding:
    """Organisations that no mail can reach."""
    usable = Count("contact", filter=Q(contact__bounced_at__isnull=True))
    lonely = Organisation.objects.annotate(usable=usable).filter(usable=0, suspended=False)
    names = list(lonely.order_by("name").values_list("name", flat=True))
    if not names:
        return Finding(OK, "every organisation has a contact")
    return Finding(
        WARNING,
        f"{counted(len(names), 'organisation')} without a working contact: {some(names)}.",
        "Add an address: a line `name,email` for `tocsin organisations import`.",
    )


def certificates(place: Place) -> Finding:
    """S/MIME certificates of contacts that are damaged, expired, or soon will be."""
    bad = []
    rows = Contact.objects.exclude(smime_certificate="").order_by("email")
    for contact in rows.iterator():
        try:
            found = x509.load_pem_x509_certificate(contact.smime_certificate.encode())
            if found.not_valid_after_utc < place.now + SOON:
                bad.append(f"{contact.email} (until {found.not_valid_after_utc:%Y-%m-%d})")
        except ValueError:
            bad.append(f"{contact.email} (unreadable)")
    if not bad:
        return Finding(OK, "the contacts' certificates are valid")
    return Finding(
        WARNING,
        f"{counted(len(bad), 'S/MIME certificate')} unusable now or soon: {some(bad)}.",
        "Ask the organisation for a new one; alerts to it are held, never sent in clear.",
    )


def languages(place: Place) -> Finding:
    """Every language that an organisation asked for has its texts."""
    asked = Organisation.objects.values_list("language", flat=True).distinct()
    missing = [name for name in sorted(asked) if not name.startswith("en") and not _texts(name)]
    if not missing:
        return Finding(OK, "texts are there in every language that was asked for")
    return Finding(
        WARNING,
        f"No texts in {some(missing)}: these organisations are told in English.",
        "Translate src/tocsin/kinds/locale, or give the organisations another language.",
    )


CHECKS: tuple[Check, ...] = (
    smtp,
    addresses,
    own_keys,
    incoming,
    letters,
    uncertain,
    failed,
    held,
    unreleased,
    contacts,
    certificates,
    languages,
)


def _texts(language: str) -> bool:
    name = language.replace("-", "_")
    folders = (LOCALE / one / "LC_MESSAGES/kinds.mo" for one in (name, name.split("_")[0]))
    return any(path.is_file() for path in folders)

"""What would be told now, with nothing changed: no state, no ticket, no queue."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings

from tocsin.alerts.channels.mail.message import Envelope, build
from tocsin.alerts.channels.mail.setup import sender
from tocsin.alerts.compose import batches, rounds_of
from tocsin.alerts.content import AlertContent
from tocsin.alerts.gather import NO_TICKET, gather
from tocsin.alerts.links import answer_page
from tocsin.alerts.queries import Waiting
from tocsin.alerts.recipients import first_contacts
from tocsin.alerts.rules import Digests
from tocsin.alerts.spreadsheet import attachment, csv_bytes
from tocsin.database.scope import staff_scope


def preview(
    organisations: Sequence[Waiting],
    now: datetime,
    digests: Digests = Digests.DUE,
    most: int | None = None,
) -> Iterator[tuple[AlertContent, str]]:
    """(content, recipient) for each organisation; the recipient is empty where there is none.

    `most`: of all their threats, look at no more than so many.
    """
    for batch in batches(organisations):
        with staff_scope():
            contacts = first_contacts(batch)
            told = list(
                gather(settings.TOCSIN_HOME, rounds_of(batch, now, digests), now, False, most)
            )
        for one in told:
            contact = contacts.get(one.organisation.pk)
            email = one.delegation.email if one.delegation else contact.email if contact else ""
            yield one.content, email


def as_mail(content: AlertContent, recipient: str) -> bytes:
    """The mail in clear, as it would be before encryption and signature."""
    who = sender()
    envelope = Envelope(
        f"<preview@{who.domain}>", recipient or who.address, link=answer_page("preview")
    )
    attached = attachment(NO_TICKET, csv_bytes(content), content.composed_at)
    return build(content, who, envelope, attached).as_bytes()

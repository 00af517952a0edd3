"""Contacts: changed by the organisation's owner, confirmed by whoever reads the mailbox.

An organisation is never left without a contact that alerts can go to: a new address is used only
after its own mailbox has said yes, and until then the old one is.
"""

from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tocsin.audit.log import note
from tocsin.constituency.contact_rules import LINK_VALID_FOR
from tocsin.constituency.happenings import contacts_doubted
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.queue import later
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

ASK = "tocsin.constituency.ask_contact"
TELL_OWNERS = "tocsin.access.tell_owners"
PURPOSES = ("abuse", "security", "owner")
MOST = 20
SALT = "tocsin.contact"


def add_contact(
    organisation: int, email: str, purpose: str, now: datetime, by: str, replaces: int = 0
) -> Contact:
    """An address that is asked at once, and used when it has said yes; in the owner's scope.

    `replaces`: the contact (its number) that goes when this one is confirmed; 0 for none.
    Raises `TocsinError`.
    """
    email = _email(email)
    if purpose not in PURPOSES:
        raise TocsinError("Choose what the address is for.")
    old = _of(organisation, replaces) if replaces else None
    known = Contact.objects.filter(organisation=organisation)
    if known.filter(purpose=purpose, email__iexact=email).exists():
        raise TocsinError(f"{email} is a contact already.")
    if known.count() >= MOST:
        raise TocsinError(f"{MOST} contacts are enough: remove one first.")
    made = Contact.objects.create(
        organisation_id=organisation, email=email, purpose=purpose, provenance="member",
        pending=True, replaces=old, created_at=now,
    )  # fmt: skip
    note(by, "contact added", f"contact {made.pk}", now, organisation)
    later(ASK, contact=made.pk)
    return made


def ask_again(organisation: int, number: int) -> None:
    """Mail a contact the question now; in the owner's scope."""
    later(ASK, contact=_of(organisation, number).pk)


def remove_contact(organisation: int, number: int, now: datetime, by: str) -> None:
    """Raises `TocsinError` for the last one that alerts can go to; in the owner's scope."""
    Organisation.objects.select_for_update().get(pk=organisation)
    contact = _of(organisation, number)
    others = Contact.objects.filter(organisation=organisation, pending=False, bounced_at=None)
    if not contact.pending and not others.exclude(pk=number).exists():
        raise TocsinError(
            "Alerts would have nowhere to go.", "Add another address, and confirm it, first."
        )
    contact.delete()
    note(by, "contact removed", f"contact {number}", now, organisation)


def link_token(contact: Contact, asked_at: datetime) -> str:
    """What the mail asked at that moment links to; ends when the contact is asked anew."""
    return signing.dumps([contact.pk, asked_at.isoformat()], salt=SALT)


def contact_of(token: str) -> Contact | None:
    """The contact that the link asks about; None if it is forged, old, or answered."""
    try:
        number, asked = signing.loads(token, salt=SALT, max_age=LINK_VALID_FOR)
        asked_at = datetime.fromisoformat(asked)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    with staff_scope():
        contacts = Contact.objects.select_related("organisation", "replaces")
        return contacts.filter(pk=number, asked_at=asked_at).first()


def confirm_contact(token: str, now: datetime) -> Contact | None:
    """The mailbox says that it is right; None as for `contact_of`."""
    contact = contact_of(token)
    if contact is None:
        return None
    with staff_scope():
        Organisation.objects.select_for_update().get(pk=contact.organisation_id)
        done = Contact.objects.filter(pk=contact.pk, asked_at=contact.asked_at).update(
            confirmed_at=now, pending=False, asked_at=None, reminded_at=None,
            unconfirmed_at=None, bounced_at=None, bounce_reason="", replaces=None,
        )  # fmt: skip
        if not done:
            return None
        if contact.pending and contact.replaces_id is not None:
            Contact.objects.filter(pk=contact.replaces_id).delete()
        whose = contact.organisation_id
        note("tocsin", "contact confirmed", f"contact {contact.pk}", now, whose)
    return contact


def not_right(token: str, now: datetime) -> Contact | None:
    """The mailbox says that it is wrong: the owners are told, alerts go on until they act."""
    contact = contact_of(token)
    if contact is None:
        return None
    with staff_scope():
        done = Contact.objects.filter(pk=contact.pk, asked_at=contact.asked_at).update(
            unconfirmed_at=now, asked_at=None, reminded_at=None
        )
        if done:
            whose = contact.organisation_id
            note("tocsin", "contact said to be wrong", f"contact {contact.pk}", now, whose)
            later(TELL_OWNERS, contact=contact.pk)
            told = [(contact.pk, whose)]
            contacts_doubted.send(Contact, contacts=told, why="wrong", now=now)
    return contact


def _of(organisation: int, number: int) -> Contact:
    contact = Contact.objects.filter(organisation=organisation, pk=number).first()
    if contact is None:
        raise TocsinError("This contact is not there any more.")
    return contact


def _email(text: str) -> str:
    email = text.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise TocsinError(f"“{email}” is not an e-mail address.") from error
    return email

"""Who may answer an alert, by the address that a mail is from or the delivery that a link names."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.access.models import Person, Role
from tocsin.alerts.channels.mail.author import plain
from tocsin.alerts.channels.mail.parcels import goes_to_delegate
from tocsin.alerts.models import Delivery
from tocsin.answers.statements import Who
from tocsin.constituency.models import Contact

ANSWERING_ROLES = (Role.OWNER, Role.ABUSE_DESK)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from; `contact` where it is one, whose key is then used to write back."""

    who: Who
    contact: Contact | None = None


def sender_of(delivery: Delivery, author: str, now: datetime) -> Sender | None:
    """Within a scope: the organisation's contacts and people, and of an alert that was for a
    delegation's contact that one; nobody else, nobody any more who was removed, and no contact
    that has not said yes yet."""
    delegation = delivery.alert.delegation
    if delegation and plain(delegation.email) == author and delegates(delivery, now):
        return Sender(Who(author, delegation=delegation.pk))
    contacts = Contact.objects.filter(organisation_id=delivery.organisation_id, pending=False)
    contact = next((one for one in contacts if plain(one.email) == author), None)
    people = Person.objects.filter(
        organisation_id=delivery.organisation_id, is_active=True, role__in=ANSWERING_ROLES
    )
    person = next((one for one in people if plain(one.email) == author), None)
    if person is None and contact is None:
        return None
    return Sender(Who(author, person=person.pk if person else None), contact)


def holder_of(delivery: Delivery, now: datetime) -> Who | None:
    """Who answers by the link in this delivery's mail; nobody where that has ended."""
    if delivery.organisation.suspended:
        return None
    if goes_to_delegate(delivery):
        if not delegates(delivery, now):
            return None
        return Who(delivery.recipient, delegation=delivery.alert.delegation_id)
    ours = Contact.objects.filter(organisation_id=delivery.organisation_id)
    if not ours.filter(email__iexact=delivery.recipient).exists():
        return None
    return Who(delivery.recipient)


def delegates(delivery: Delivery, now: datetime) -> bool:
    """Whether the alert's delegation is still in force."""
    delegation = delivery.alert.delegation
    return delegation is not None and (delegation.valid_to is None or now < delegation.valid_to)

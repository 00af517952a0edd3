"""Which of an organisation's contacts a delivery goes to."""

from collections.abc import Collection, Sequence

from tocsin.constituency.models import Contact

# Who is written to first, and who instead when a mail comes back.
PURPOSES = ("abuse", "security", "owner")


def first_contacts(organisations: Collection[int]) -> dict[int, Contact]:
    """By organisation: the first contact whose mail has not bounced."""
    found: dict[int, Contact] = {}
    usable = Contact.objects.filter(organisation_id__in=organisations, bounced_at=None)
    for contact in in_order(list(usable)):
        found.setdefault(contact.organisation_id, contact)
    return found


def fallback_contact(organisation: int, tried: Collection[str]) -> Contact | None:
    """The next one whose address has not been tried, or nobody."""
    usable = Contact.objects.filter(organisation_id=organisation, bounced_at=None)
    return next((one for one in in_order(list(usable)) if one.email not in tried), None)


def in_order(contacts: Sequence[Contact]) -> list[Contact]:
    def rank(contact: Contact) -> tuple[int, int]:
        purpose = contact.purpose
        return (PURPOSES.index(purpose) if purpose in PURPOSES else len(PURPOSES), contact.pk)

    return sorted(contacts, key=rank)

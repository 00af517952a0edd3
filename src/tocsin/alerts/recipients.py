"""Which of an organisation's contacts a delivery goes to."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from tocsin.constituency.models import Contact

# Who is written to first, and who instead when a mail comes back.
PURPOSES = ("abuse", "security", "owner")


def first_contacts(organisations: Collection[int]) -> dict[int, Contact]:
    """By organisation: whom to write to; those with nobody are left out."""
    by_organisation: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(organisation_id__in=organisations):
        by_organisation[contact.organisation_id].append(contact)
    return {
        number: found[0]
        for number, everybody in by_organisation.items()
        if (found := usable(everybody))
    }


def fallback_contact(organisation: int, tried: Collection[str]) -> Contact | None:
    """The next one whose address has not been tried, or nobody."""
    contacts = list(Contact.objects.filter(organisation_id=organisation))
    return next((one for one in usable(contacts) if one.email not in tried), None)


def usable(contacts: Sequence[Contact]) -> list[Contact]:
    """Those that said yes, if they had to, and whose mail has not bounced, in order.

    Where one has a key, those without are never written to: what somebody wants encrypted must
    not leave in clear because an address bounced.
    """
    contacts = [one for one in contacts if not one.pending]
    with_key = [one for one in contacts if one.openpgp_certificate or one.smime_certificate]
    working = [one for one in with_key or contacts if one.bounced_at is None]
    return sorted(working, key=_rank)


def _rank(contact: Contact) -> tuple[int, int]:
    purpose = contact.purpose
    return (PURPOSES.index(purpose) if purpose in PURPOSES else len(PURPOSES), contact.pk)

"""Organisations as an analyst looks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tocsin.constituency.models import Application, Asset, Contact, Organisation

STATES = ("suspended", "unreleased", "bounced", "unconfirmed", "unreachable")


@dataclass
class Reach:
    """An organisation's contacts in numbers."""

    usable: int = 0
    bounced: int = 0
    unconfirmed: int = 0


@dataclass(frozen=True)
class Wanted:
    """`text`: part of a name, or a whole handle or asset.  `state`: one of `STATES` or empty."""

    text: str = ""
    region: str = ""
    state: str = ""


def listed(wanted: Wanted) -> QuerySet[Organisation]:
    """In any order; inside the staff's scope."""
    found = Organisation.objects.select_related("region")
    if text := wanted.text.strip():
        holding = Asset.objects.filter(value__iexact=text).values("organisation")
        found = found.filter(
            Q(name__icontains=text) | Q(handles__contains=[text]) | Q(pk__in=holding)
        )
    if wanted.region:
        found = found.filter(region=wanted.region)
    return _in_state(found, wanted.state)


def reach_of(organisations: Sequence[int]) -> dict[int, Reach]:
    """Of each of these."""
    found = {number: Reach() for number in organisations}
    contacts = Contact.objects.filter(organisation__in=organisations, pending=False)
    for contact in contacts.only("organisation_id", "bounced_at", "unconfirmed_at"):
        one = found[contact.organisation_id]
        one.bounced += contact.bounced_at is not None
        one.unconfirmed += contact.unconfirmed_at is not None
        one.usable += contact.bounced_at is None
    return found


def waiting_applications(organisations: Sequence[int]) -> dict[int, int]:
    """How many applications of each of these wait for a decision."""
    found: dict[int, int] = {}
    waiting = Application.objects.filter(organisation__in=organisations, decided_at=None)
    for number in waiting.values_list("organisation", flat=True):
        found[number] = found.get(number, 0) + 1
    return found


def _in_state(found: QuerySet[Organisation], state: str) -> QuerySet[Organisation]:
    # Sets that are read once: a look-up for each organisation is much slower.
    contacts = Contact.objects.filter(pending=False).values("organisation")
    if state == "suspended":
        return found.filter(suspended=True)
    if state == "unreleased":
        return found.filter(released_at=None)
    if state == "bounced":
        return found.filter(pk__in=contacts.filter(bounced_at__isnull=False))
    if state == "unconfirmed":
        return found.filter(pk__in=contacts.filter(unconfirmed_at__isnull=False))
    if state == "unreachable":
        return found.exclude(pk__in=contacts.filter(bounced_at=None))
    return found

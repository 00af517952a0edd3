"""Registers know holders, not organisations: who of them is whom, and who is left over."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tocsin.constituency.models import Contact, Organisation
from tocsin.constituency.statements import execute, rows

SHOWN = 20
BATCH = 2_000


class Unlinked(NamedTuple):
    """A holder whom no organisation is linked to, with the number of its entries."""

    handle: str
    assets: int
    name: str


class Unlinkeds(NamedTuple):
    """`first`: those with most entries; `holders` and `entries` count them all."""

    first: list[Unlinked]
    holders: int
    entries: int


NONE_UNLINKED = Unlinkeds([], 0, 0)


def link(now: datetime) -> None:
    """Fill the temporary table `linked` from what is staged."""
    execute("link", {"now": now})


def unlinked() -> Unlinkeds:
    found = rows("unlinked", {"limit": SHOWN})
    if not found:
        return NONE_UNLINKED
    first = [Unlinked(str(handle), int(str(n)), str(name or "")) for handle, n, name, *_ in found]
    return Unlinkeds(first, int(str(found[0][3])), int(str(found[0][4])))


def create_organisations(now: datetime, *, named: bool, country: str) -> int:
    """Make an organisation of every holder that is not linked; how many.

    `named`: only of those whose name is known.  An abuse mailbox becomes its contact.  A name
    that is taken already gets the handle added, since two holders may share one.
    """
    found = rows("new_holders", {"named": named, "country": country.upper()})
    taken = {name.casefold() for name in Organisation.objects.values_list("name", flat=True)}
    pending = iter(found)
    while batch := list(islice(pending, BATCH)):
        _create([_Holder(str(h), str(n or h), str(m)) for h, n, m in batch], taken, now)
    return len(found)


class _Holder(NamedTuple):
    handle: str
    name: str
    mailbox: str


def _create(holders: list[_Holder], taken: set[str], now: datetime) -> None:
    organisations = []
    for holder in holders:
        name = holder.name
        if name.casefold() in taken:
            name = f"{name} ({holder.handle})"
        taken.add(name.casefold())
        organisations.append(Organisation(name=name, handles=[holder.handle], created_at=now))
    created = Organisation.objects.bulk_create(organisations)
    Contact.objects.bulk_create(_contacts(holders, created))


def _contacts(holders: list[_Holder], created: list[Organisation]) -> Iterator[Contact]:
    for holder, organisation in zip(holders, created, strict=True):
        try:
            validate_email(holder.mailbox)
        except ValidationError:
            continue
        yield Contact(
            organisation=organisation,
            email=holder.mailbox,
            provenance="registry",
            created_at=organisation.created_at,
        )

"""Where an organisation's alerts go."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from django.db.models import QuerySet
from pydantic import Field

from tocsin.access.models import Role
from tocsin.access.scopes import Scope
from tocsin.constituency.contacts import add_contact, remove_contact
from tocsin.constituency.models import Contact
from tocsin.web.api.door import Call, own
from tocsin.web.api.fields import Cursor, Given, Limit, Number, Shown, Text, found, page_of
from tocsin.web.api.replies import Reply, must_match
from tocsin.web.api.resource import Resource

OWNER = frozenset({Role.OWNER})
DESK = frozenset({Role.OWNER, Role.ABUSE_DESK})
router = Resource("Contacts")
Email = Annotated[Text, Field(max_length=254, examples=["abuse@example.net"])]


class ContactShown(Shown):
    """`pending`: its mailbox has not said yet that it is right, and gets no alerts.

    `replaces`: the contact that goes when this one is confirmed.
    """

    id: int
    purpose: str
    email: str
    pending: bool
    replaces: int | None
    encrypted: bool
    confirmed_at: datetime | None
    bounced_at: datetime | None


class ContactPage(Shown):
    items: list[ContactShown]
    next: str | None


class ContactGiven(Given):
    email: Email
    purpose: Literal["abuse", "security", "owner"] = "abuse"


class ContactChange(Given):
    email: Email


@router.read("/contacts", roles=DESK, scope=Scope.CONTACTS_READ, answer=ContactPage)
def list_contacts(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """The addresses that alerts go to."""
    return page_of(request, _own(request), _shown, cursor, limit, latest_first=False)


@router.read("/contacts/{int:number}", roles=DESK, scope=Scope.CONTACTS_READ, answer=ContactShown)
def get_contact(request: Call, number: Number) -> ContactShown:
    """One of them."""
    return _shown(found(_own(request), pk=number))


@router.write(
    "POST", "/contacts", roles=OWNER, scope=Scope.CONTACTS_WRITE, answer=ContactShown, status=201
)
def add_a_contact(request: Call, body: ContactGiven) -> Reply:
    """Add an address: it is asked at once, and used when it has said yes."""
    made = add_contact(own(request), body.email, body.purpose, datetime.now(UTC), _by(request))
    location = request.build_absolute_uri(f"/api/v1/contacts/{made.pk}")
    return Reply(_shown(made), 201, {"Location": location})


@router.write(
    "PATCH",
    "/contacts/{int:number}",
    roles=OWNER,
    scope=Scope.CONTACTS_WRITE,
    answer=ContactShown,
)
def change_contact(request: Call, number: Number, body: ContactChange) -> ContactShown:
    """Give it another address: a new contact, which takes its place when its mailbox says yes."""
    old = _held(request, number)
    made = add_contact(
        own(request), body.email, old.purpose, datetime.now(UTC), _by(request), old.pk
    )
    return _shown(made)


@router.write(
    "DELETE", "/contacts/{int:number}", roles=OWNER, scope=Scope.CONTACTS_WRITE, status=204
)
def remove_a_contact(request: Call, number: Number) -> Reply:
    """Remove it; the last one that alerts can go to stays."""
    held = _held(request, number)
    remove_contact(own(request), held.pk, datetime.now(UTC), _by(request))
    return Reply(None, 204)


def _held(request: Call, number: int) -> Contact:
    """The contact, locked, as the caller last saw it."""
    contact: Contact = found(_own(request).select_for_update(of=("self",)), pk=number)
    must_match(request, _shown(contact))
    return contact


def _own(request: Call) -> QuerySet[Contact]:
    return Contact.objects.filter(organisation_id=own(request))


def _by(request: Call) -> str:
    return f"person {request.auth.person}"


def _shown(one: Contact) -> ContactShown:
    return ContactShown(
        id=one.pk,
        purpose=one.purpose,
        email=one.email,
        pending=one.pending,
        replaces=one.replaces_id,
        encrypted=bool(one.openpgp_certificate or one.smime_certificate),
        confirmed_at=one.confirmed_at,
        bounced_at=one.bounced_at,
    )

"""What owners and analysts do with people who have access already.  In the caller's scope, which
shows an owner his own organisation's people only."""

from datetime import datetime

from tocsin.access.activity import end_access
from tocsin.access.models import Closed, Person, Role
from tocsin.access.rules import may_become, may_manage
from tocsin.audit.log import note
from tocsin.constituency.models import Organisation
from tocsin.errors import TocsinError

LAST = "An organisation needs an owner: make somebody else one first."


def change_role(number: int, role: Role, now: datetime, by: Person) -> None:
    """Raises `TocsinError` for a role that `by` may not give, or if no owner would be left."""
    person = _managed(number, by)
    if role not in may_become(Role(by.role), Role(person.role)):
        raise TocsinError("You cannot give that role.")
    if role is not Role.OWNER:
        _keep_an_owner(person)
    before, person.role = person.role, role
    person.save(update_fields=["role"])
    subject = f"person {number}"
    whose = person.organisation_id
    note(f"person {by.pk}", "role changed", subject, now, whose, before=before, after=role.value)


def suspend(number: int, now: datetime, by: Person) -> None:
    """Out at once, sessions too; can be undone.  Raises `TocsinError`."""
    person = _managed(number, by)
    _not_oneself(person, by)
    _keep_an_owner(person)
    person.is_active, person.closed_for = False, Closed.SUSPENDED
    person.save(update_fields=["is_active", "closed_for"])
    end_access(person)
    whose = person.organisation_id
    note(f"person {by.pk}", "person suspended", f"person {number}", now, whose)


def restore(number: int, now: datetime, by: Person) -> None:
    """Let somebody in again who was suspended, or closed as dormant."""
    person = _managed(number, by)
    person.is_active, person.closed_for, person.last_seen_at = True, "", now
    person.save(update_fields=["is_active", "closed_for", "last_seen_at"])
    whose = person.organisation_id
    note(f"person {by.pk}", "person restored", f"person {number}", now, whose)


def remove(number: int, now: datetime, by: Person) -> None:
    """For good.  Somebody may remove himself, the last owner may not.  Raises `TocsinError`."""
    person = _managed(number, by)
    if person.organisation_id is None:
        _not_oneself(person, by)
    _keep_an_owner(person)
    person.delete()
    whose = person.organisation_id
    note(f"person {by.pk}", "person removed", f"person {number}", now, whose)


def _managed(number: int, by: Person) -> Person:
    person = Person.objects.filter(pk=number).first()
    if person is None or not may_manage(Role(by.role), Role(person.role)):
        raise TocsinError("This person is not yours to change.")
    if person.organisation_id is not None:  # of two changes at once the second sees the first
        Organisation.objects.select_for_update().get(pk=person.organisation_id)
    return Person.objects.select_for_update(of=("self",)).get(pk=number)


def _not_oneself(person: Person, by: Person) -> None:
    if person.pk == by.pk:
        raise TocsinError("You cannot do this to yourself.", "Ask somebody else of your role.")


def _keep_an_owner(person: Person) -> None:
    if person.role != Role.OWNER or not person.is_active:
        return
    others = Person.objects.filter(
        organisation=person.organisation_id, role=Role.OWNER, is_active=True
    )
    if not others.exclude(pk=person.pk).exists():
        raise TocsinError(LAST)

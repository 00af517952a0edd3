"""Making people, and letting them go."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tocsin.access.models import STAFF_ROLES, Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError


def add_person(
    email: str, role: Role, now: datetime, organisation: str = "", name: str = ""
) -> Person:
    """The person, new or as already known; `organisation` by name, for its own people only.

    Raises `TocsinError` for an address or organisation that cannot be, or another role's person.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise TocsinError(f"{email!r} is not an e-mail address.") from error
    with staff_scope():
        whose = _organisation(role, organisation)
        person, new = Person.objects.get_or_create(
            email=email,
            defaults={"role": role, "organisation": whose, "name": name, "created_at": now},
        )
        if not new and (person.role != role or person.organisation != whose):
            raise TocsinError(
                f"{email} is known already, as {Role(person.role).label.lower()}.",
                f"Remove the old one first: tocsin people remove {email}",
            )
        if new:
            person.set_unusable_password()
        person.is_active = True
        person.save()
    return person


def person_at(email: str) -> Person:
    """Raises `TocsinError` if nobody active has the address."""
    with staff_scope():
        person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise TocsinError(f"Nobody has the address {email}.", "See: tocsin people list")
    return person


def set_password(person: Person, password: str) -> None:
    """Raises `TocsinError` for one that is too short or too common."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise TocsinError(" ".join(error.messages)) from error
    with staff_scope():
        person.set_password(password)
        person.save()


def remove_person(email: str) -> None:
    """Take the person's access away at once.  Raises `TocsinError` if nobody has the address."""
    person = person_at(email)
    with staff_scope():
        person.delete()


def _organisation(role: Role, name: str) -> Organisation | None:
    if role in STAFF_ROLES:
        if name:
            raise TocsinError(f"The authority's {role.label.lower()} belongs to no organisation.")
        return None
    found = Organisation.objects.filter(name__iexact=name.strip()).first()
    if found is None:
        raise TocsinError(
            f"There is no organisation {name!r}." if name else "Whose person is it?",
            "For example: --organisation 'Puddlewick Broadband'",
        )
    return found

"""People of two organisations, and of the authority."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tocsin.access.actions import add_person
from tocsin.access.models import Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORD = "quite unusual, and long"


@dataclass(frozen=True)
class People:
    ours: Organisation
    theirs: Organisation
    ann: Person  # an analyst
    bo: Person  # our owner
    cy: Person  # our reader
    di: Person  # their owner


def make_people(now: datetime = NOW) -> People:
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=now)
        theirs = Organisation.objects.create(name="Theirs", created_at=now)
    return People(
        ours,
        theirs,
        add_person("ann@authority.example", Role.ANALYST, now),
        add_person("bo@ours.example", Role.OWNER, now, "Ours"),
        add_person("cy@ours.example", Role.READER, now, "Ours"),
        add_person("di@theirs.example", Role.OWNER, now, "Theirs"),
    )


def fresh(person: Person) -> Person:
    with staff_scope():
        return Person.objects.select_related("organisation").get(pk=person.pk)

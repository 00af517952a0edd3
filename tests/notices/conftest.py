from datetime import UTC, datetime

import pytest

from tocsin.access.models import Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def person(role: Role, organisation: Organisation | None = None, name: str = "ann") -> Person:
    with staff_scope():
        domain = organisation.name.lower() if organisation else "authority"
        return Person.objects.create(
            email=f"{name}@{domain}.example",
            name=name.capitalize(),
            role=role,
            organisation=organisation,
            created_at=NOW,
        )


@pytest.fixture
def nordwind(db: None) -> Organisation:
    with staff_scope():
        return Organisation.objects.create(name="Nordwind", created_at=NOW)


@pytest.fixture
def suedwind(db: None) -> Organisation:
    with staff_scope():
        return Organisation.objects.create(name="Suedwind", created_at=NOW)

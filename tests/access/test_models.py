"""The table itself refuses people who are of both sides, or of none."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tocsin.access.actions import add_person
from tocsin.access.models import STAFF_ROLES, Person, Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("role", Role)
def test_staff_has_no_organisation_and_a_member_has_one(role: Role) -> None:
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=NOW)
        of_staff = role in STAFF_ROLES
        for organisation in (None, ours):
            person = Person(email="a@b.example", role=role, organisation=organisation)
            person.created_at = NOW
            if (organisation is None) == of_staff:
                person.save()
                person.delete()
            else:
                with pytest.raises(IntegrityError), transaction.atomic():
                    person.save()


def test_a_member_cannot_become_staff() -> None:
    """Not even by a mistake in a page: the scope of an organisation does not let it."""
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=NOW)
    bo = add_person("bo@ours.example", Role.OWNER, NOW, "Ours")
    with organisation_scope(ours.pk):
        for change in ({"role": Role.ANALYST}, {"role": Role.ANALYST, "organisation": None}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Person.objects.filter(pk=bo.pk).update(**change)


def test_people_go_with_their_organisation() -> None:
    with staff_scope():
        ours = Organisation.objects.create(name="Ours", created_at=NOW)
        add_person("bo@ours.example", Role.OWNER, NOW, "Ours")
        ours.delete()
        assert not Person.objects.exists()

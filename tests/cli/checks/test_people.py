from collections.abc import Iterator

import pytest

from tocsin.access.actions import add_person
from tocsin.access.factors import new_totp
from tocsin.access.models import Role
from tocsin.cli.checks.finding import OK, WARNING, Place
from tocsin.cli.checks.people import second_factors
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _staff() -> Iterator[None]:
    with staff_scope():
        yield


def test_staff_without_a_second_factor_are_named(place: Place) -> None:
    assert second_factors(place).state == OK
    ann = add_person("ann@authority.example", Role.ANALYST, place.now)
    bo = add_person("bo@authority.example", Role.AUDITOR, place.now)
    new_totp(ann, place.now)
    found = second_factors(place)
    assert found.state == WARNING
    assert "1 member of staff has no second factor: bo@authority.example." in found.what
    new_totp(bo, place.now)
    assert second_factors(place).what == "2 members of staff, all with a second factor"


def test_members_may_do_without_and_those_who_left_do_not_matter(place: Place) -> None:
    Organisation.objects.create(name="Ours", created_at=place.now)
    add_person("bo@ours.example", Role.OWNER, place.now, "Ours")
    gone = add_person("eve@authority.example", Role.ANALYST, place.now)
    gone.is_active = False
    gone.save()
    assert second_factors(place).state == OK

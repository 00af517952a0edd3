"""People who stay away are told, closed, and shown; those who come back stay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.access.people import People, fresh, make_people
from tests.letters import Letters
from tests.queued import do
from tocsin.access.activity import dormant, seen
from tocsin.access.backend import ByPassword
from tocsin.access.jobs import end_dormant
from tocsin.access.models import Person
from tocsin.database.scope import organisation_scope, staff_scope

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def people(db: None, home: Path) -> People:
    """Of long ago; one of each organisation has been here lately."""
    made = make_people(NOW - 400 * DAY)
    with staff_scope():
        Person.objects.filter(pk=made.di.pk).update(last_login=NOW - 10 * DAY)
        Person.objects.filter(pk=made.cy.pk).update(last_seen_at=NOW - 179 * DAY)
    return made


def test_each_is_told_once_and_closed_a_month_later(people: People, home: Path) -> None:
    for _ in range(2):
        do(end_dormant, timestamp=0)
    told = {people.ann.email, people.bo.email}
    assert sorted(str(one["To"]) for one in Letters(home).all()) == sorted(told)
    with staff_scope():
        Person.objects.filter(email__in=told).update(dormant_told_at=NOW - 30 * DAY)
    for _ in range(2):
        do(end_dormant, timestamp=0)
    assert ByPassword().get_user(people.bo.pk) is None
    assert (fresh(people.bo).is_active, fresh(people.bo).closed_for) == (False, "dormant")
    assert fresh(people.cy).is_active
    assert fresh(people.di).is_active
    assert len(Letters(home).all()) == 2


def test_who_comes_back_stays_and_is_told_anew(people: People, home: Path) -> None:
    with staff_scope():
        Person.objects.filter(pk=people.bo.pk).update(
            dormant_told_at=NOW - 40 * DAY, last_login=NOW - 39 * DAY
        )
    do(end_dormant, timestamp=0)
    assert fresh(people.bo).is_active
    assert Letters(home).to(people.bo.email) == []


def test_an_owner_sees_his_own(people: People) -> None:
    with organisation_scope(people.ours.pk):
        assert [one.person for one in dormant(NOW)] == [people.bo]
    with organisation_scope(people.theirs.pk):
        assert list(dormant(NOW)) == []


def test_using_the_api_counts_and_is_written_once_a_day(people: People) -> None:
    bo = fresh(people.bo)
    for moment in (NOW - DAY / 2, NOW):
        seen(bo, moment)
    assert fresh(people.bo).last_active == NOW - DAY / 2
    seen(fresh(people.bo), NOW + DAY)
    assert fresh(people.bo).last_active == NOW + DAY
    with staff_scope():
        assert people.bo.pk not in [one.person.pk for one in dormant(NOW)]

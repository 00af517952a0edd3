from contextlib import suppress

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import organisation_scope, staff_glance, staff_scope

inside = pytest.mark.django_db


@pytest.fixture
def two(db: None) -> tuple[Organisation, Organisation]:
    with staff_scope():
        made = [
            Organisation.objects.create(name=name, created_at=timezone.now())
            for name in ("Alder Hosting", "Birch Telecom")
        ]
        for one in made:
            Contact.objects.create(organisation=one, email="abuse@example.org")
    return made[0], made[1]


def names() -> list[str]:
    return list(Organisation.objects.order_by("name").values_list("name", flat=True))


@inside
def test_without_a_scope_nothing_shows(two: tuple[Organisation, Organisation]) -> None:
    assert names() == []
    assert Contact.objects.count() == 0


@inside
def test_an_organisation_sees_itself_only(two: tuple[Organisation, Organisation]) -> None:
    with organisation_scope(two[0].pk):
        assert names() == ["Alder Hosting"]
        assert [contact.organisation_id for contact in Contact.objects.all()] == [two[0].pk]


@inside
def test_an_organisation_cannot_write_for_another(two: tuple[Organisation, Organisation]) -> None:
    with organisation_scope(two[0].pk):
        assert Contact.objects.filter(organisation=two[1]).update(email="x@example.org") == 0


@inside
def test_a_narrower_scope_inside_a_wider_one_narrows(
    two: tuple[Organisation, Organisation],
) -> None:
    with staff_scope():
        with organisation_scope(two[1].pk):
            assert names() == ["Birch Telecom"]
        assert len(names()) == 2
    assert names() == []


@inside
def test_a_scope_within_its_like_sets_nothing_and_one_within_another_all(
    two: tuple[Organisation, Organisation],
) -> None:
    ours, theirs = (one.pk for one in two)
    with organisation_scope(ours):
        with CaptureQueriesContext(connection) as asked, organisation_scope(ours):
            assert names() == ["Alder Hosting"]
        assert not [one for one in asked if "set_config" in one["sql"]]
        with organisation_scope(theirs), organisation_scope(theirs), organisation_scope(ours):
            assert names() == ["Alder Hosting"]
        with suppress(_GoneWrongError), staff_scope(), organisation_scope(theirs), staff_scope():
            assert len(names()) == 2
            raise _GoneWrongError
        assert names() == ["Alder Hosting"]
        with organisation_scope(ours):
            assert names() == ["Alder Hosting"]
    assert names() == []
    with staff_scope():
        assert len(names()) == 2


class _GoneWrongError(Exception):
    pass


@pytest.mark.parametrize("fails", [False, True])
def test_a_scope_ends_with_its_transaction(committed_db: None, fails: bool) -> None:
    with suppress(_GoneWrongError), staff_scope():
        Organisation.objects.create(name="Alder Hosting", created_at=timezone.now())
        assert names() == ["Alder Hosting"]
        if fails:
            raise _GoneWrongError
    assert names() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('tocsin.staff', true)")
        assert not cursor.fetchone()[0]


@inside
def test_the_serving_role_can_bypass_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("tocsin_app", False, False)


@inside
def test_a_glance_ends_with_the_scope_that_was(two: tuple[Organisation, Organisation]) -> None:
    with organisation_scope(two[0].pk):
        with CaptureQueriesContext(connection) as queries, staff_glance():
            assert len(names()) == 2
            with organisation_scope(two[0].pk):
                assert names() == ["Alder Hosting"]
            with staff_glance():
                assert len(names()) == 2
        assert names() == ["Alder Hosting"]
        assert sum("SAVEPOINT" in each["sql"] for each in queries) == 2  # of the scope inside
        with suppress(ValueError), staff_glance():
            raise ValueError
        assert names() == ["Alder Hosting"]

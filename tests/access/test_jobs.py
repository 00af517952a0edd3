from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from tests.letters import Letters
from tocsin.access.actions import add_person
from tocsin.access.jobs import send_sign_in_link, tidy
from tocsin.access.links import make_sign_in_link, use_sign_in_link
from tocsin.access.models import Person, Role, SignInLink, Throttle
from tocsin.access.throttle import too_many
from tocsin.database.scope import staff_scope

NOW = datetime.now(UTC)


@pytest.fixture
def ann(committed_db: None) -> Person:
    return add_person("ann@authority.example", Role.ANALYST, NOW, name="Ann")


def test_a_link_is_mailed_and_works_once(ann: Person, home: Path) -> None:
    send_sign_in_link(email="Ann@Authority.example")
    token = Letters(home).path("ann@authority.example", "/sign-in/").split("/")[2]
    assert use_sign_in_link(token, NOW) == ann
    assert use_sign_in_link(token, NOW) is None


def test_nobody_is_written_to_at_an_address_that_is_not_known(ann: Person, home: Path) -> None:
    send_sign_in_link(email="eve@elsewhere.example")
    assert Letters(home).all() == []


def test_old_things_are_dropped_and_new_ones_kept(ann: Person) -> None:
    for age in (timedelta(0), timedelta(days=3)):
        make_sign_in_link(ann, NOW - age)
        too_many(f"bucket {age}", 1, timedelta(minutes=1), NOW - age)
        Session.objects.create(
            session_key=f"{age}", session_data="", expire_date=NOW + timedelta(hours=1) - age
        )
    tidy(timestamp=0)
    with staff_scope():
        assert SignInLink.objects.get().expires_at > NOW
        assert Throttle.objects.get().since == NOW
    assert Session.objects.get().expire_date > NOW

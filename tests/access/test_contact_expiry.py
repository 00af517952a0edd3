"""Contacts over the months: asked, reminded, marked; owners and analysts are told once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.access.people import People, make_people
from tests.letters import Letters
from tests.queued import do, waiting, work
from tocsin.constituency.contacts import confirm_contact, contact_of, link_token
from tocsin.constituency.jobs import ask_contacts, tidy
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
DESK = "abuse@ours.example"


@pytest.fixture
def people(db: None, home: Path) -> People:
    made = make_people(NOW)
    with staff_scope():
        Contact.objects.create(
            organisation=made.ours, email=DESK, confirmed_at=NOW - 181 * DAY,
            created_at=NOW - 400 * DAY,
        )  # fmt: skip
        Contact.objects.create(organisation=made.theirs, email="new@theirs.example")
    return made


def desk() -> Contact:
    with staff_scope():
        return Contact.objects.get(email=DESK)


def asked(days: int, **more: object) -> None:
    with staff_scope():
        Contact.objects.filter(email=DESK).update(asked_at=NOW - days * DAY, **more)


def token(home: Path) -> str:
    return Letters(home).path(DESK, "/contact/").split("/")[2]


def test_asked_once_and_answered(people: People, home: Path) -> None:
    for _ in range(2):
        do(ask_contacts, timestamp=0)
    assert [one["To"] for one in Letters(home).all()] == [DESK]
    assert confirm_contact(token(home), NOW) is not None
    assert (desk().confirmed_at, desk().asked_at) == (NOW, None)
    do(ask_contacts, timestamp=0)
    assert len(Letters(home).all()) == 1
    assert confirm_contact(token(home), NOW + DAY) is None, "once"


def test_reminded_once_with_the_same_question(people: People, home: Path) -> None:
    do(ask_contacts, timestamp=0)
    asked(15)
    for _ in range(2):
        do(ask_contacts, timestamp=0)
    assert len(Letters(home).to(DESK)) == 2
    assert "two weeks ago" in Letters(home).text(DESK)
    assert contact_of(token(home)) == desk()


def test_who_never_answers_is_marked_and_told_of_once(people: People, home: Path) -> None:
    asked(30)
    for _ in range(2):
        do(ask_contacts, timestamp=0)
    work()
    assert desk().unconfirmed_at is not None
    assert sorted(str(one["To"]) for one in Letters(home).all()) == sorted(
        [people.ann.email, people.bo.email]
    )
    assert DESK in Letters(home).text(people.ann.email)
    do(ask_contacts, timestamp=0)
    assert waiting() == []


def test_a_late_yes_still_counts(people: People, home: Path) -> None:
    do(ask_contacts, timestamp=0)
    stamp = desk().asked_at
    assert stamp is not None
    with staff_scope():
        Contact.objects.filter(email=DESK).update(unconfirmed_at=NOW)
    assert confirm_contact(link_token(desk(), stamp), NOW) is not None
    assert desk().unconfirmed_at is None


def test_mail_that_bounces_is_not_asked(people: People, home: Path) -> None:
    with staff_scope():
        Contact.objects.update(bounced_at=NOW)
    do(ask_contacts, timestamp=0)
    assert Letters(home).all() == []


@pytest.mark.parametrize("forged", ["", "x", "WzFd:1abc:x", "\0"])
def test_forged_links_confirm_nothing(people: People, forged: str) -> None:
    assert contact_of(forged) is None
    assert confirm_contact(forged, NOW) is None


def test_new_addresses_that_never_answer_are_forgotten(people: People) -> None:
    with staff_scope():
        for age in (29, 31):
            Contact.objects.create(
                organisation=people.ours, email=f"a{age}@ours.example", pending=True,
                created_at=NOW - age * DAY,
            )  # fmt: skip
    do(tidy, timestamp=0)
    with staff_scope():
        left = Contact.objects.filter(pending=True).values_list("email", flat=True)
        assert list(left) == ["a29@ours.example"]

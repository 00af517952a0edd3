from typing import Any

import pytest

from tests.alerts.country import NOW, contact, organisation
from tocsin.alerts.recipients import fallback_contact, first_contacts, usable
from tocsin.constituency.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]


def names(contacts: list[Contact]) -> list[str]:
    return [one.email.partition("@")[0] for one in contacts]


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        ({}, ["abuse", "security", "owner", "press"]),
        ({"abuse": {"bounced_at": NOW}}, ["security", "owner", "press"]),
        ({"owner": {"openpgp_certificate": "key"}}, ["owner"]),
        ({"owner": {"smime_certificate": "key"}, "abuse": {"bounced_at": NOW}}, ["owner"]),
        ({"owner": {"openpgp_certificate": "key", "bounced_at": NOW}}, []),
        ({"abuse": {"pending": True}}, ["security", "owner", "press"]),
        ({"owner": {"openpgp_certificate": "k", "pending": True}}, ["abuse", "security", "press"]),
        ({"abuse": {"unconfirmed_at": NOW}}, ["abuse", "security", "owner", "press"]),
    ],
)
def test_who_is_written_to_and_in_which_order(
    changes: dict[str, dict[str, Any]], order: list[str]
) -> None:
    """An address without a key is no way out once the organisation has given one."""
    owner = organisation()
    for purpose in ("press", "owner", "security"):
        contact(owner, purpose)
    for purpose, change in changes.items():
        owner.contact_set.filter(purpose=purpose).update(**change)
    found = usable(list(owner.contact_set.all()))
    assert names(found) == order
    first = first_contacts([owner.pk]).get(owner.pk)
    assert (names([first]) if first else []) == order[:1]


def test_of_two_alike_the_older_comes_first() -> None:
    owner = organisation()
    contact(owner, email="second@x.example")
    assert names(usable(list(owner.contact_set.order_by("-pk")))) == ["abuse", "second"]


def test_the_fallback_is_the_next_that_was_not_tried_and_of_the_same_organisation() -> None:
    owner, other = organisation("One"), organisation("Other")
    contact(owner, "security")
    contact(other, "security")
    assert names([fallback_contact(owner.pk, ["abuse@one.example"])]) == ["security"]  # type: ignore[list-item]
    assert fallback_contact(owner.pk, ["abuse@one.example", "security@one.example"]) is None


def test_an_organisation_without_contacts_is_left_out() -> None:
    lonely = organisation()
    lonely.contact_set.all().delete()
    assert first_contacts([lonely.pk, 999_999]) == {}

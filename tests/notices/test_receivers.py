"""What happens in the constituency reaches people, in the transaction in which it happens."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.constituency.joining.test_decisions import BY, held
from tests.constituency.joining.world import JO, WISH, applied, now, use_registry
from tests.notices.announced import announced
from tocsin.constituency.contact_expiry import expire
from tocsin.constituency.contact_rules import LINK_VALID_FOR
from tocsin.constituency.contacts import link_token, not_right
from tocsin.constituency.joining.applications import claim_more
from tocsin.constituency.joining.decisions import approve, decline
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _registry(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_registry(monkeypatch)


def test_an_application_is_told_of_when_its_address_is_confirmed(home: Path) -> None:
    made = applied(home, replace(WISH, claims="ours.example"))
    data = {"name": "Ours", "member": False}
    assert announced() == [("application-came", None, str(made.pk), data)]
    decline(made.pk, None, "not yours", now(), BY)
    assert len(announced()) == 1, "who is no member is only mailed"


def test_a_members_claims_are_the_analysts_and_their_decision_the_owners() -> None:
    ours = held("192.0.2.0/24", "Ours")
    number = claim_more(ours, "ours.example\n@ours.example", JO, now(), BY)
    approve(number, None, now(), BY, unproven=True)
    assert announced() == [
        ("application-came", None, str(number), {"name": "Ours", "member": True}),
        ("claims-decided", ours.pk, str(number), {"approved": 2, "declined": 0}),
    ]


def test_a_contact_that_says_no_is_told_to_its_owners() -> None:
    ours = held("192.0.2.0/24", "Ours")
    with staff_scope():
        contact = Contact.objects.create(organisation=ours, email=JO, asked_at=now())
        assert contact.asked_at
        token = link_token(contact, contact.asked_at)
    for _ in range(2):
        not_right(token, now())
    assert announced() == [("contact-doubted", ours.pk, str(contact.pk), {"why": "wrong"})]


def test_contacts_that_never_answer_are_told_to_owners_and_analysts() -> None:
    ours = held("192.0.2.0/24", "Ours")
    asked = now() - LINK_VALID_FOR - 60 * DAY
    with staff_scope():
        contact = Contact.objects.create(
            organisation=ours, email=JO, created_at=asked - 400 * DAY, asked_at=asked,
            reminded_at=asked + 14 * DAY,
        )  # fmt: skip
    for _ in range(2):
        expire([contact.pk], now())
    assert announced() == [
        ("contact-doubted", ours.pk, str(contact.pk), {"why": "silent"}),
        ("contacts-silent", None, "", {"contacts": 1}),
    ]

"""Threats passed on to an organisation's customers, and what those may answer."""

from datetime import timedelta

import pytest

from tests.alerts.country import NOW, threat
from tests.answers.test_actions import now
from tests.threats.assets import asset
from tocsin.answers.actions import answer, delegate, end_delegation
from tocsin.answers.delegations import Affected, Contact, delegate_for, delegates, delegations
from tocsin.answers.models import Answer
from tocsin.answers.statements import Given, Reason, Statement, Via, Who
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.errors import TocsinError
from tocsin.threats.models import Threat
from tocsin.threats.states import State

pytestmark = pytest.mark.usefixtures("staff")

SHOP = Contact("Shop", "it@shop.example", "de")
OWNER = "owner@carrier.example"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def carrier() -> Organisation:
    for value in ("192.0.2.0/24", "2001:db8::/32", "carrier.example", "@carrier.example"):
        number = asset("Carrier", value)
    asset("Southwind", "192.0.2.128/25")
    return Organisation.objects.get(pk=number)


def made(of: Organisation, value: str, contact: Contact = SHOP) -> int:
    return int(delegate(of.pk, value, contact, OWNER, NOW).pk)


@pytest.mark.parametrize(
    ("address", "domain", "expected"),
    [
        ("192.0.2.1", "", "192.0.2.0/26"),
        ("192.0.2.9", "", "192.0.2.8/29"),
        ("192.0.2.0/25", "", None),
        ("192.0.2.100", "", None),
        ("2001:db8:0:1::7", "", "2001:db8::/48"),
        (None, "www.shop.carrier.example", "shop.carrier.example"),
        (None, "shop.carrier.example", "shop.carrier.example"),
        (None, "workshop.carrier.example", None),
        (None, "@shop.carrier.example", None),
        (None, "@mail.carrier.example", "@mail.carrier.example"),
        (None, "@a.mail.carrier.example", "@mail.carrier.example"),
        (None, "mail.carrier.example", None),
    ],
)
def test_the_most_specific_covers(
    carrier: Organisation, address: str | None, domain: str, expected: str | None
) -> None:
    for value in (
        "192.0.2.0/26", "192.0.2.8/29", "2001:db8::/48", "shop.carrier.example",
        "@mail.carrier.example",
    ):  # fmt: skip
        made(carrier, value)
    found = delegate_for(carrier.pk, address, domain, LATER)
    assert (found and found.value) == expected


def test_many_at_once_in_their_order_and_of_their_own_organisation_only(
    carrier: Organisation,
) -> None:
    number = made(carrier, "192.0.2.0/26")
    asked = [
        Affected(carrier.pk, "192.0.2.200"), Affected(carrier.pk, "192.0.2.7"),
        Affected(carrier.pk + 1, "192.0.2.7"),
    ]  # fmt: skip
    assert [one and one.pk for one in delegates(asked, LATER)] == [None, number, None]
    assert delegates([], LATER) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("192.0.2.130/32", "not an asset of Carrier"),
        ("192.0.2.0/23", "not an asset of Carrier"),
        ("shop.example", "not an asset of Carrier"),
        ("AS64500", "cannot be delegated"),
        ("192.0.2.0-192.0.2.6", "cannot be delegated"),
        ("192.0.2.1/24", "192.0.2"),
        ("192.0.2.0/26", "is delegated already"),
    ],
)
def test_what_cannot_be_delegated(carrier: Organisation, value: str, said: str) -> None:
    made(carrier, "192.0.2.0/26")
    with pytest.raises(TocsinError, match=said):
        made(carrier, value)


def test_a_contact_needs_an_address(carrier: Organisation) -> None:
    with pytest.raises(TocsinError, match="is not a mail address"):
        made(carrier, "192.0.2.0/26", Contact("Shop", "it at shop"))


def test_it_ends(carrier: Organisation) -> None:
    number = made(carrier, "192.0.2.0/26")
    with pytest.raises(TocsinError, match="no delegation"):
        end_delegation(carrier.pk + 1, number, OWNER, LATER)
    assert [one.pk for one in delegations(LATER, carrier.pk)] == [number]
    end_delegation(carrier.pk, number, OWNER, LATER)
    assert delegate_for(carrier.pk, "192.0.2.1", "", LATER) is None
    assert delegations(LATER) == []
    assert [one.action for one in Entry.objects.order_by("pk")] == [
        "delegation made", "delegation ended",
    ]  # fmt: skip
    assert delegate(carrier.pk, "192.0.2.0/26", SHOP, OWNER, LATER).pk != number


def test_its_contact_answers_for_what_it_covers_and_nothing_else(carrier: Organisation) -> None:
    wide, narrow = made(carrier, "192.0.2.0/26"), made(carrier, "192.0.2.8/29")
    inside, narrower, outside = (threat(carrier, number) for number in (1, 9, 100))
    given = [
        Given(key, Statement.FIXED, row=row)
        for row, key in enumerate((inside, narrower, outside), 2)
    ]
    outcome = answer(carrier.pk, given, Who("it@shop.example", delegation=wide), Via.LINK, LATER)
    assert [(one.row, one.reason) for one in outcome.refused] == [
        (3, Reason.UNKNOWN), (4, Reason.UNKNOWN),
    ]  # fmt: skip
    assert [now(key).state for key in (inside, narrower, outside)] == [
        State.CLAIMED, State.OPEN, State.OPEN,
    ]  # fmt: skip
    assert Answer.objects.get().delegation_id == wide
    end_delegation(carrier.pk, narrow, OWNER, LATER)
    again = answer(carrier.pk, given[1:2], Who("it", delegation=narrow), Via.LINK, LATER)
    assert [one.reason for one in again.refused] == [Reason.UNKNOWN]


def test_not_ours_is_for_the_operator_to_say(carrier: Organisation) -> None:
    asset("Transit", "192.0.0.0/16")
    number = made(carrier, "192.0.2.0/26")
    key = threat(carrier, 1)
    given = [Given(key, Statement.NOT_OURS)]
    outcome = answer(carrier.pk, given, Who("it", delegation=number), Via.LINK, LATER)
    assert outcome.effects == {"none": 1}
    assert (now(key).organisation_id, now(key).state) == (carrier.pk, State.OPEN)


def test_what_its_contact_says_is_no_refusal_of_the_operators(carrier: Organisation) -> None:
    asset("Transit", "192.0.0.0/16")
    number = made(carrier, "192.0.2.0/26")
    transit = Organisation.objects.get(name="Transit")
    key = threat(carrier, 1)
    given = [Given(key, Statement.NOT_OURS)]
    answer(carrier.pk, given, Who("it", delegation=number), Via.LINK, LATER)
    Threat.objects.filter(key=key).update(organisation_id=transit.pk)
    answer(transit.pk, given, Who("noc"), Via.API, LATER)
    assert now(key).organisation_id == carrier.pk


def test_two_who_delegate_the_same_at_once(carrier: Organisation) -> None:
    """The second one's clock was read first, but it had to wait for the first one."""
    delegate(carrier.pk, "192.0.2.0/26", SHOP, OWNER, LATER)
    with pytest.raises(TocsinError, match="is delegated already"):
        delegate(carrier.pk, "192.0.2.0/26", SHOP, OWNER, NOW)

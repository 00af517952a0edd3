"""One mail for each organisation, with every row that is its own and no other."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.demo.reader import Outsider, told
from tests.demo.test_story import told as story
from tocsin.database.scope import staff_scope
from tocsin.demo.story import Story
from tocsin.threats.models import Threat
from tocsin.threats.states import CURRENT
from tocsin.web.status import status

__all__ = ["story"]


@pytest.fixture(scope="module")
def mails(story: Story) -> dict[str, list[dict[str, str]]]:
    """Rows by the address that they went to."""
    outbox: Path = settings.TOCSIN_HOME / "outbox"
    found = [told(path) for path in sorted(outbox.glob("*.eml"))]
    assert len(dict(found)) == len(found), "nobody is written to twice"
    return dict(found)


@pytest.fixture(scope="module")
def outsider(story: Story) -> Outsider:
    return Outsider(settings.TOCSIN_HOME / "demo")


def test_every_row_of_a_mail_is_its_readers_own(
    mails: dict[str, list[dict[str, str]]], outsider: Outsider
) -> None:
    for address, rows in mails.items():
        owners = {outsider.responsible(row["affected"], int(row["asn"] or 0)) for row in rows}
        assert owners == {outsider.contacts[address]}


def test_no_row_is_told_twice_or_forgotten(mails: dict[str, list[dict[str, str]]]) -> None:
    ids = [row["threat_id"] for rows in mails.values() for row in rows]
    assert len(set(ids)) == len(ids)
    with staff_scope():
        current = Threat.objects.filter(state__in=CURRENT, organisation__isnull=False)
        assert {str(key) for key in current.values_list("key", flat=True)} == set(ids)
        everything = Threat.objects.filter(state__in=CURRENT).count()
        found = status()
    assert everything == len(ids) + found.unattributed
    assert found.organisations_alerted == len(mails)


def test_what_is_nobodys_is_nobodys_for_an_outsider_too(outsider: Outsider, story: Story) -> None:
    with staff_scope():
        rows = list(Threat.objects.filter(organisation=None).values_list("address", "asn"))
    assert rows
    assert {
        outsider.responsible(str(address).split("/")[0], asn or 0) for address, asn in rows
    } == {None}


def test_whom_the_registry_still_names_is_not_told(
    mails: dict[str, list[dict[str, str]]], outsider: Outsider
) -> None:
    """Three networks were sold on: the authority's own list knows it, the registry does not."""
    disputed = {
        (network, name)
        for network, name in outsider.registry.networks
        if outsider.manual.network(str(network.network_address)) != name
    }
    assert len(disputed) >= 3
    misled = 0
    for address, rows in mails.items():
        for row in rows:
            named = (
                outsider.registry.network(row["affected"]) if "." in row["affected"][-4:] else None
            )
            misled += named is not None and named != outsider.contacts[address]
    assert misled, "the demo has rows that go to the right one in spite of the registry"


def test_recipients_are_the_contacts_and_nobody_else(
    mails: dict[str, list[dict[str, str]]], outsider: Outsider
) -> None:
    assert set(mails) <= set(outsider.contacts)
    assert all(address.endswith(".example") for address in mails)

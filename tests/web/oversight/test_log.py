"""The auditor's log: filters stand in the address, and nobody's address is shown."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client

from tests.web.world import NOW, World
from tocsin.access.models import Person, Role
from tocsin.audit.log import note
from tocsin.audit.models import Entry
from tocsin.database.scope import staff_scope

LOG, CSV = "/oversight/log/", "/oversight/log.csv"


@pytest.fixture
def auditor(visitor: Callable[[Role], Client]) -> Client:
    return visitor(Role.AUDITOR)


@pytest.fixture(autouse=True)
def _acts(world: World) -> None:
    with staff_scope():
        reader = Person.objects.filter(organisation=world.ours).order_by("pk")[0].pk
    note(f"person {reader}", "contact added", "contact 1", NOW, world.ours.pk)
    note("ann@theirs.example", "contact removed", "contact 2", NOW, world.theirs.pk)
    later = NOW + timedelta(days=2)
    note("tocsin", "=claim proven", "claim 3", later, world.ours.pk, method="dns")


def shown(client: Client, **query: str) -> list[str]:
    """The subjects on the page, in order."""
    text = client.get(LOG, query).content.decode()
    return [name for name in ("claim 3", "contact 2", "contact 1") if f">{name}<" in text]


def test_everything_is_there_with_roles_and_organisations_and_no_address(auditor: Client) -> None:
    text = auditor.get(LOG).content.decode()
    assert text.index("claim 3") < text.index("contact 2") < text.index("contact 1")
    for words in ("Ours Broadband", "Theirs Hosting", "Reader", "method: dns"):
        assert words in text
    assert "theirs.example" not in text
    assert "reader@" not in text


def test_who_was_named_by_address_is_a_number_and_a_role(auditor: Client, world: World) -> None:
    with staff_scope():
        person = Person.objects.get(organisation=world.theirs)
    note(person.email, "delegation made", "delegation 1", NOW, world.theirs.pk)
    text = auditor.get(LOG).content.decode()
    assert f"person {person.pk}<br><small>Reader" in text
    assert person.email not in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"about": "ours broadband"}, ["claim 3", "contact 1"]),
        ({"what": "contact removed"}, ["contact 2"]),
        ({"who": "tocsin"}, ["claim 3"]),
        ({"since": "2026-10-01"}, ["claim 3"]),
        ({"until": "2026-09-30"}, ["contact 2", "contact 1"]),
        ({"until": "2026-09-29"}, []),
        ({"about": "Ours Broadband", "what": "contact removed"}, []),
    ],
)
def test_filters(auditor: Client, query: dict[str, str], expected: list[str]) -> None:
    assert shown(auditor, **query) == expected


def test_a_mere_number_is_a_persons(auditor: Client, world: World) -> None:
    with staff_scope():
        number = Entry.objects.get(subject="contact 1").actor.removeprefix("person ")
    assert shown(auditor, who=number) == ["contact 1"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"about": "Nobody We Know"}, "No organisation is called “Nobody We Know”."),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"what": "something else"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_kept(auditor: Client, query: dict[str, str], said: str) -> None:
    answer = auditor.get(LOG, query)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    back = auditor.get(CSV, query)
    assert (back.status_code, back["Location"].partition("?")[0]) == (302, LOG)


def test_an_export_is_what_is_chosen_and_is_itself_noted(auditor: Client, world: World) -> None:
    answer = auditor.get(CSV, {"about": "Ours Broadband"})
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert [row["to"] for row in rows] == ["claim 3", "contact 1"]
    assert [row["what"] for row in rows] == ["'=claim proven", "contact added"], "no formula"
    assert {row["organisation"] for row in rows} == {"Ours Broadband"}
    with staff_scope():
        latest = Entry.objects.latest("pk")
    assert (latest.action, latest.about) == ("log exported", world.ours.pk)
    assert latest.actor.startswith("person ")


def test_a_long_log_has_pages(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.web.oversight.log.SIZE", 2)
    first = auditor.get(LOG)
    page = first.context["page"]
    assert [one.subject for one in page.rows] == ["claim 3", "contact 2"]
    second = auditor.get(page.next)
    assert [one.subject for one in second.context["page"].rows] == ["contact 1"]

"""One box for everybody, and what is another's is nothing."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.test_url_map import MOST_QUERIES, OWN
from tests.web.world import World
from tocsin.access.models import Role
from tocsin.constituency.current_map import current_map
from tocsin.constituency.generation import raise_generation
from tocsin.constituency.models import Asset
from tocsin.database.scope import staff_scope

OURS, THEIRS = UUID(int=0), UUID(int=3)
NOTHING = "Nothing was found"


@pytest.fixture(autouse=True)
def _assets(world: World) -> None:
    with staff_scope():
        Asset.objects.all().delete()
        for whose, value in ((world.ours, "198.18.0.0/31"), (world.theirs, "198.18.0.2/31")):
            Asset.objects.create(
                organisation=whose, form="prefix", value=value, created_at=whose.created_at
            )
        raise_generation()
    assert current_map()


def found(client: Client, text: str) -> str:
    answer = client.get("/search/", {"q": text}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", [Role.OWNER, Role.READER, Role.ABUSE_DESK])
def test_a_strangers_things_are_as_if_they_were_not(
    role: Role, world: World, visitor: Callable[[Role], Client]
) -> None:
    member = visitor(role)
    ticket = world.their_delivery.alert.ticket
    strangers = [str(THEIRS), ticket, "Theirs Hosting", "198.18.0.3"]
    nobodys = [str(UUID(int=99)), "TOCSIN-2026-999999", "Thears Hosting", "198.18.0.9"]
    for theirs, none in zip(strangers, nobodys, strict=True):
        seen, unseen = (found(member, text).replace(text, "") for text in (theirs, none))
        assert _without_tokens(seen) == _without_tokens(unseen), theirs


def _without_tokens(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_a_member_finds_its_own(world: World, visitor: Callable[[Role], Client]) -> None:
    member = visitor(Role.OWNER)
    assert "198.18.0.0" in found(member, "198.18.0.0")
    assert "Open RDP" in found(member, str(OURS)) or "198.18.0.0" in found(member, str(OURS))
    assert "Ours Broadband" in found(member, "ours")
    answer = member.get("/search/", {"q": world.our_delivery.alert.ticket})
    assert answer.headers["Location"] == reverse("own-alert", args=[world.our_delivery.alert_id])


def test_an_analyst_finds_everybodys(world: World, visitor: Callable[[Role], Client]) -> None:
    analyst = visitor(Role.ANALYST)
    both = found(analyst, "broadband") + found(analyst, "hosting")
    assert "Ours Broadband" in both
    assert "Theirs Hosting" in both
    text = found(analyst, "198.18.0.3")
    assert "Theirs Hosting" in text
    assert "Answers for 198.18.0.3" in text


def test_an_auditor_finds_organisations_and_no_threat(
    world: World, visitor: Callable[[Role], Client]
) -> None:
    auditor = visitor(Role.AUDITOR)
    assert "Theirs Hosting" in found(auditor, "theirs")
    for text in (str(OURS), world.our_delivery.alert.ticket):
        assert NOTHING in found(auditor, text)
    assert "port 3389" not in found(auditor, "198.18.0.0")


@pytest.mark.parametrize("text", ["", "x", "%", "a'b", "\0", "AS99999999999", "::/0", "é" * 400])
def test_whatever_is_typed_is_answered(text: str, visitor: Callable[[Role], Client]) -> None:
    found(visitor(Role.ANALYST), text)


@pytest.mark.parametrize("text", [str(OURS), "198.18.0.0", "broadband", "nothing.example"])
def test_a_search_costs_few_queries(text: str, visitor: Callable[[Role], Client]) -> None:
    member = visitor(Role.OWNER)
    with CaptureQueriesContext(connection) as asked:
        member.get("/search/", {"q": text})
    told = [one["sql"] for one in asked if not OWN.match(" ".join(one["sql"].split()))]
    assert len(told) <= MOST_QUERIES, "\n".join(one[:150] for one in told)

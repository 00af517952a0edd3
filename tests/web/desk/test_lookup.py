"""Looking an address up, for whoever has a customer on the telephone."""

import html
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.threats.assets import asset
from tests.web.world import NOW, World
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.threats.models import Threat
from tocsin.threats.states import State

LOOKUP = "/lookup/"


def found(client: Client, **asked: str) -> str:
    response = client.get(LOOKUP, asked)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


@pytest.fixture
def mapped(world: World) -> Iterator[World]:
    with staff_scope():
        asset("Ours Broadband", "198.18.0.0/24")
        yield world


def test_the_form_alone(world: World, desk: Client) -> None:
    assert "You are responsible" not in found(desk)


def test_what_is_wrong_and_what_to_say(mapped: World, desk: Client) -> None:
    said = found(desk, address="198.18.0.1")
    assert "You are responsible for it." in said
    assert f"/threats/{UUID(int=1)}/customer/" in said
    assert "What to do" in said
    assert "198.18.0.2<" not in said


def test_what_is_over_is_beside_it(mapped: World, desk: Client) -> None:
    with staff_scope():
        Threat.objects.filter(key=UUID(int=6)).update(state_since=NOW - timedelta(days=1))
    said = found(desk, address="198.18.0.6")
    assert "Nothing is known to be wrong there" in said
    assert "Earlier, and over" in said


@pytest.mark.parametrize(
    ("at", "there"),
    [("2026-09-30 12:00", True), ("2026-09-30T14:00+02:00", True), ("2026-09-30 11:59", False)],
)
def test_at_a_time(mapped: World, desk: Client, at: str, there: bool) -> None:
    said = found(desk, address="198.18.0.1", at=at)
    assert ("Nothing is known to be wrong there" not in said) is there


def test_what_went_later_was_there_then(mapped: World, desk: Client) -> None:
    with staff_scope():
        Threat.objects.filter(key=UUID(int=1)).update(
            state=State.GONE, state_since=NOW + timedelta(days=1)
        )
    assert "Text for the customer" in found(desk, address="198.18.0.1", at="2026-09-30 13:00")


def test_what_is_not_theirs_stays_hidden(mapped: World, desk: Client) -> None:
    with staff_scope():
        asset("Theirs Hosting", "198.18.0.4/32")
        assert Organisation.objects.filter(name="Theirs Hosting").exists()
    said = found(desk, address="198.18.0.4")
    assert "It is none of yours" in said
    assert "Theirs" not in said
    assert "Nothing is known to be wrong there" in said


def test_staff_learn_who_answers_and_why(mapped: World, analyst: Client) -> None:
    said = found(analyst, address="198.18.0.4")
    assert "Ours Broadband answers for it." in said
    assert "198.18.0.0/24" in said


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"address": ""}, "Enter an address."),
        ({"address": "198.18.0."}, "198.18.0."),
        ({"address": "198.18.0.1", "at": "noon"}, "The time is not clear."),
    ],
)
def test_a_mistake_is_told_and_kept(
    world: World, desk: Client, asked: dict[str, Any], problem: str
) -> None:
    response = desk.get(LOOKUP, asked)
    assert response.status_code == 400
    said = html.unescape(response.content.decode())
    assert "There is a problem" in said
    assert problem in said
    assert asked["address"] in said

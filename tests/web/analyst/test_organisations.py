"""Organisations as an analyst finds and changes them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import NOW, World
from tocsin.access.models import Role
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import staff_scope


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", {"Ours Broadband", "Theirs Hosting"}),
        ("?q=hosting", {"Theirs Hosting"}),
        ("?state=bounced", {"Ours Broadband"}),
        ("?state=nonsense", {"Ours Broadband", "Theirs Hosting"}),
        ("?region=nowhere", set()),
    ],
)
def test_they_can_be_looked_for(world: World, analyst: Client, query: str, there: set[str]) -> None:
    with staff_scope():
        Contact.objects.filter(organisation=world.ours).update(bounced_at=NOW)
    said = text(analyst, reverse("organisations") + query)
    found = {name for name in ("Ours Broadband", "Theirs Hosting") if f">{name}</a>" in said}
    assert found == there


def test_who_cannot_be_reached_is_told_from_who_can(world: World, analyst: Client) -> None:
    with staff_scope():
        Contact.objects.filter(organisation=world.ours).update(bounced_at=NOW)
    said = text(analyst, reverse("organisations"))
    assert said.count('<span class="tag failed">no contact that works</span>') == 1


def test_one_has_its_people_and_applications(world: World, analyst: Client) -> None:
    said = text(analyst, reverse("organisation", args=[world.ours.pk]))
    assert "reader@Ours.example" in said
    assert "Applications" in said
    assert reverse("organisation-edit", args=[world.ours.pk]) in said


def test_only_analysts_see_people_and_may_change(
    world: World, visitor: Callable[[Role], Client]
) -> None:
    said = text(visitor(Role.PROTECT_OFFICER), reverse("organisation", args=[world.ours.pk]))
    assert "reader@Ours.example" not in said
    assert "Change what is known of it" not in said


def test_its_assets_say_since_when_and_from_where(world: World, analyst: Client) -> None:
    page = reverse("organisation-assets", args=[world.ours.pk])
    said = text(analyst, page)
    assert "example.net" in said
    assert "always" in said
    assert "manual" in said
    assert "No such asset" in text(analyst, page + "?q=192.0.2")


def test_what_is_known_can_be_changed(world: World, analyst: Client) -> None:
    page = reverse("organisation-edit", args=[world.ours.pk])
    form = {"name": "Ours Renamed", "kind": "bank", "sector": "", "region": "", "suspended": "1"}
    response = analyst.post(page, form, follow=True)
    assert "What is known of it was changed." in response.content.decode()
    with staff_scope():
        found = Organisation.objects.get(pk=world.ours.pk)
    assert (found.name, found.kind, found.suspended) == ("Ours Renamed", "bank", True)


def test_what_cannot_be_is_said_and_kept(world: World, analyst: Client) -> None:
    page = reverse("organisation-edit", args=[world.ours.pk])
    response = analyst.post(page, {"name": "Theirs Hosting", "kind": "isp"})
    assert response.status_code == 400
    assert 'value="Theirs Hosting"' in response.content.decode()

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.web.world import World
from tocsin.access.models import Role
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    with translation.override("en"):
        yield


def speaks(world: World, language: str) -> None:
    with staff_scope():
        Organisation.objects.filter(pk=world.ours.pk).update(language=language)


def test_a_stranger_reads_what_the_browser_asks_for(client: Client) -> None:
    text = client.get(reverse("sign-in"), headers=GERMAN).content.decode()
    assert '<html lang="de" ' in text
    assert '<label class="govuk-label govuk-label--s" for="password">Passwort</label>' in text
    assert '<html lang="en-GB" ' in client.get(reverse("sign-in")).content.decode()


def test_a_language_that_there_is_not_is_english(client: Client) -> None:
    text = client.get(reverse("sign-in"), headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en-GB" ' in text
    assert "Sign in" in text


@pytest.mark.parametrize(
    ("language", "asked", "shown"),
    [
        ("de", {}, "de"),
        ("de-CH", {}, "de"),
        ("en", GERMAN, "en-GB"),
        ("cy", GERMAN, "de"),
    ],
)
def test_a_member_reads_the_organisations_language_if_there_is_one(
    world: World,
    visitor: Callable[[Role], Client],
    language: str,
    asked: dict[str, str],
    shown: str,
) -> None:
    speaks(world, language)
    text = visitor(Role.OWNER).get(reverse("account"), headers=asked).content.decode()
    assert f'<html lang="{shown}" ' in text
    assert ("Wie Sie sich anmelden" in text) == (shown == "de")
    assert ("Verantwortung" in text) == (shown == "de")


def test_one_request_does_not_tell_the_next_its_language(
    world: World, visitor: Callable[[Role], Client], client: Client
) -> None:
    speaks(world, "de")
    visitor(Role.OWNER).get(reverse("account"))
    assert '<html lang="en-GB" ' in client.get(reverse("sign-in")).content.decode()


def test_figures_in_drawings_have_points_in_every_language(
    world: World, visitor: Callable[[Role], Client]
) -> None:
    speaks(world, "de")
    text = visitor(Role.OWNER).get(reverse("status")).content.decode()
    assert "Aktuelle Bedrohungen" in text
    assert ' width="' in text
    assert not [at for at in text.split('"') if "," in at and at.replace(",", "").isdecimal()]

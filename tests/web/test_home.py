from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from tocsin.access.models import Role
from tocsin.web.home import ENTRIES
from tocsin.web.menu import SECTIONS


def test_a_stranger_signs_in(client: Client) -> None:
    response = client.get(reverse("front"))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("sign-in"))


@pytest.mark.parametrize("role", Role)
def test_each_role_begins_with_the_first_page_of_its_menu_and_may_see_it(
    world: World, visitor: Callable[[Role], Client], role: Role
) -> None:
    client = visitor(role)
    where = client.get(reverse("front")).headers["Location"]
    response = client.get(where)
    assert response.status_code == 200
    menu = response.content.decode().partition('id="menu"')[2].partition("</ul>")[0]
    assert menu.index(f'href="{where}"') == menu.index("href=")


@pytest.mark.parametrize("role", Role)
def test_each_page_of_a_menu_is_there_for_whoever_has_it(
    world: World, visitor: Callable[[Role], Client], role: Role
) -> None:
    client = visitor(role)
    theirs = [entry for entry in ENTRIES if role in entry.roles]
    assert theirs
    for entry in theirs:
        assert entry.section in SECTIONS
        assert client.get(reverse(entry.page)).status_code == 200, entry.page

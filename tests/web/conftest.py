from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from tests.web.world import NOW, World, make_person, make_world
from tocsin.access.models import Role
from tocsin.database.scope import staff_scope
from tocsin.web.sign_in import BACKEND


@pytest.fixture
def world(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for module in ("overview", "organisations", "feeds"):
        monkeypatch.setattr(f"tocsin.web.{module}.now", lambda: NOW)
    return make_world()


@pytest.fixture
def visitor(world: World) -> Callable[[Role], Client]:
    """A browser in which somebody of that role is signed in; members are `world.ours`'s."""

    def sign_in(role: Role) -> Client:
        client = Client()
        with staff_scope():
            client.force_login(make_person(role, world.ours), backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def analyst(visitor: Callable[[Role], Client]) -> Client:
    return visitor(Role.ANALYST)

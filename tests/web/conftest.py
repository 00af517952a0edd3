from collections.abc import Callable
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from django.test import Client

from tests.web.world import CLOCKED, CLOCKS, NOW, World, browser_of, make_person, make_world
from tocsin.access.models import Role
from tocsin.web.api.exports import AT_ONCE

ANALYSTS = (
    "overview", "analyst.organisations", "analyst.feeds", "analyst.refused",
    "analyst.unattributed",
)  # fmt: skip


@pytest.fixture
def world(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for module in (*CLOCKED, *CLOCKS, *ANALYSTS):
        monkeypatch.setattr(f"tocsin.web.{module}.now", lambda: NOW)
    return make_world()


@pytest.fixture
def visitor(world: World) -> Callable[[Role], Client]:
    """A browser in which somebody of that role is signed in, with a second factor; members are
    `world.ours`'s."""
    return lambda role: browser_of(make_person(role, world.ours))


@pytest.fixture
def analyst(visitor: Callable[[Role], Client]) -> Client:
    return visitor(Role.ANALYST)


@pytest.fixture(autouse=True)
def exports_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that another test did not read to their end keep nobody waiting."""
    monkeypatch.setattr("tocsin.web.api.exports._readers", set())
    monkeypatch.setattr("tocsin.web.api.exports._slots", BoundedSemaphore(AT_ONCE))

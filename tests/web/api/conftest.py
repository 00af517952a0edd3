from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.web.api.caller import Api
from tests.web.conftest import world as world
from tests.web.world import World, make_person
from tocsin.access.models import Person, Role
from tocsin.access.scopes import scopes_of
from tocsin.access.tokens import make_token


@pytest.fixture
def person(world: World) -> Callable[[Role], Person]:
    """Somebody of that role, always the same; members are `world.ours`'s."""
    made: dict[Role, Person] = {}

    def of(role: Role) -> Person:
        return made.setdefault(role, made.get(role) or make_person(role, world.ours))

    return of


@pytest.fixture
def api(person: Callable[[Role], Person]) -> Callable[[Role], Api]:
    """A program with a token of all that the role may do."""

    def of(role: Role) -> Api:
        token, _ = make_token(person(role), "test", scopes_of(role), datetime.now(UTC))
        return Api(token)

    return of

"""An abuse desk's browser, in the small world of the pages."""

from collections.abc import Callable

import pytest
from django.test import Client

from tocsin.access.models import Role


@pytest.fixture
def desk(visitor: Callable[[Role], Client]) -> Client:
    return visitor(Role.ABUSE_DESK)

"""Two organisations in one region, in the authority's scope, and people who look after them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outreach.world import Outreach, make_outreach
from tocsin.database.scope import staff_scope


@pytest.fixture
def outreach(db: None, home: Path) -> Iterator[Outreach]:
    with staff_scope():
        yield make_outreach()

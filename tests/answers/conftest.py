from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.database.scope import staff_scope


@pytest.fixture
def staff(db: None, home: Path) -> Iterator[Path]:
    """The authority's scope and a home; gives the home."""
    with staff_scope():
        yield home

from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.database.scope import staff_scope


@pytest.fixture
def staff(home: Path) -> Iterator[None]:
    """The whole test in the staff's scope."""
    with staff_scope():
        yield

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.threats.files import FOREVER, asset_map
from tocsin.database.scope import staff_scope

EVERYTHING = asset_map(
    (1, "192.0.2.0/24", FOREVER),
    (2, "198.51.100.0/24", FOREVER),
    (1, "@example.org", FOREVER),
)


@pytest.fixture
def installation(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, a map of two organisations' assets, and the authority's scope; gives the home."""
    monkeypatch.setattr("tocsin.threats.ingest.current_map", lambda: EVERYTHING)
    with staff_scope():
        yield home

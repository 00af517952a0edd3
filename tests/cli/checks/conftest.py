from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.cli.checks.finding import Place
from tocsin.database.home import open_home

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(open_home(tmp_path / "home").path, NOW, NOW)

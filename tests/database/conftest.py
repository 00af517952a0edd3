import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database.servers import runs
from tocsin.database.embedded import Embedded
from tocsin.database.socketpath import RECORD


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[Path]:
    """A TOCSIN_HOME that no other test uses; whatever runs in it is stopped in the end."""
    home = tmp_path / "home"
    yield home
    if (home / "postgres/data").exists():
        stopped(Embedded(home))
    if (record := home / RECORD).exists():
        shutil.rmtree(Path(record.read_text().strip()).parent)


@pytest.fixture
def passable() -> Iterator[Path]:
    """A temporary folder that other users may pass: pytest closes its own to them."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def stopped(server: Embedded) -> None:
    server.stop()
    assert not runs(server)

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.database.servers import eventually
from tocsin.web import beside

BEGIN = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')"
WAIT = f"{BEGIN}; import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAIT}"


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(beside, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(beside, "PATIENCE", 1.0)
    return tmp_path / "begun"


def pids(begun: Path) -> list[int]:
    return [int(line) for line in begun.read_text().split()] if begun.exists() else []


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("script", [WAIT, STUBBORN])
def test_the_worker_ends_with_the_server(begun: Path, script: str) -> None:
    with beside.worker([sys.executable, "-c", script, str(begun)]):
        assert eventually(lambda: len(pids(begun)) == 1)
        assert lives(pids(begun)[0])
    assert not lives(pids(begun)[0])
    assert len(pids(begun)) == 1


def test_a_killed_worker_is_begun_again(begun: Path) -> None:
    with beside.worker([sys.executable, "-c", WAIT, str(begun)]):
        assert eventually(lambda: len(pids(begun)) == 1)
        os.kill(pids(begun)[0], signal.SIGKILL)
        assert eventually(lambda: len(pids(begun)) == 2)
    assert not any(lives(pid) for pid in pids(begun))


def test_it_ends_too_when_serving_fails(begun: Path) -> None:
    command = [sys.executable, "-c", WAIT, str(begun)]
    with pytest.raises(OSError, match="port"), beside.worker(command):  # noqa: PT012
        assert eventually(lambda: len(pids(begun)) == 1)
        raise OSError("port")
    assert not lives(pids(begun)[0])

import os
import time
from pathlib import Path

import pytest

from tocsin.database.locks import Shared, exclusive
from tocsin.errors import TocsinError

# The parallel test runner has a thread; the children here run nothing of its.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_one_at_a_time_and_a_clear_word_when_it_takes_too_long(path: Path) -> None:
    error = pytest.raises(TocsinError, match="Another command")
    with exclusive(path, 1), error as refused, exclusive(path, 0.05):
        pass
    assert "fuser" in refused.value.hint
    with exclusive(path, 0):
        pass


def test_waits_for_its_turn(path: Path) -> None:
    child = os.fork()
    if not child:
        with exclusive(path, 1):
            time.sleep(0.3)
        os._exit(0)
    time.sleep(0.1)
    began = time.monotonic()
    with exclusive(path, 5):
        waited = time.monotonic() - began
    os.waitpid(child, 0)
    assert waited > 0.1


def test_is_free_again_after_an_error(path: Path) -> None:
    with pytest.raises(RuntimeError), exclusive(path, 1):
        raise RuntimeError
    with exclusive(path, 0):
        pass


def test_is_private_and_follows_no_link(path: Path, tmp_path: Path) -> None:
    with exclusive(path, 1):
        assert path.stat().st_mode & 0o777 == 0o600
    trap = tmp_path / "trap"
    trap.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), exclusive(trap, 1):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_many_share_and_the_last_knows_it(path: Path) -> None:
    one, two = Shared(path), Shared(path)
    one.take()
    two.take()
    one.give_up()
    assert one.held_by_others()
    two.give_up()
    assert not one.held_by_others()
    assert not one.held


def test_taking_twice_is_taking_once(path: Path) -> None:
    lock = Shared(path)
    lock.take()
    lock.take()
    lock.give_up()
    assert not Shared(path).held_by_others()


def test_a_forked_child_holds_on_after_its_parent_has_given_up(path: Path) -> None:
    lock = Shared(path)
    lock.take()
    hear, say = os.pipe()
    child = os.fork()
    if not child:
        os.close(say)
        os.read(hear, 1)
        os._exit(0)
    os.close(hear)
    lock.give_up()
    assert lock.held_by_others()
    os.close(say)
    os.waitpid(child, 0)
    assert not lock.held_by_others()


def test_a_killed_process_holds_nothing(path: Path) -> None:
    hear, say = os.pipe()
    child = os.fork()
    if not child:
        Shared(path).take()
        os.write(say, b".")
        time.sleep(60)
    os.read(hear, 1)
    assert Shared(path).held_by_others()
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert not Shared(path).held_by_others()
    os.close(hear)
    os.close(say)

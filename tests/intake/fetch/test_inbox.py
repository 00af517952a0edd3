from pathlib import Path
from typing import BinaryIO

import pytest

from tocsin.intake.fetch.inbox import Inbox
from tocsin.intake.fetch.items import FetchError


def half(target: BinaryIO) -> None:
    target.write(b"half of it")
    raise FetchError("broken off")


def test_a_thing_is_whole_or_not_there(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, "api")
    with pytest.raises(FetchError):
        inbox.put("k1", "a.csv", half)
    assert inbox.waiting() == []
    path = inbox.put("k1", "a.csv", lambda target: target.write(b"all"))
    assert path.read_bytes() == b"all"
    assert inbox.waiting() == [("k1", path)]


def test_a_removal_cut_short_leaves_nothing_waiting(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, "api")
    path = inbox.put("k1", "a.csv", lambda target: target.write(b"all"))
    path.unlink()
    assert inbox.waiting() == []
    inbox.put("k1", "a.csv", lambda target: target.write(b"again"))
    inbox.remove("k1")
    assert inbox.waiting() == []


def test_the_inbox_is_private(tmp_path: Path) -> None:
    assert Inbox(tmp_path, "api").path.stat().st_mode & 0o077 == 0

from pathlib import Path

import pytest

from tocsin.database import passwords
from tocsin.database.home import open_home
from tocsin.errors import TocsinError


def test_kept_before_they_are_used_and_private(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    assert passwords.read(home, "x") is None
    made = passwords.make(home, "x", ["a", "b"])
    assert passwords.read(home, "x") == made
    assert made["a"] != made["b"]
    assert min(len(word) for word in made.values()) >= 64
    assert passwords.path(home, "x").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_a_damaged_file_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    home = open_home(tmp_path / "home")
    passwords.path(home, "x").write_bytes(content)
    with pytest.raises(TocsinError, match=r"x\.json"):
        passwords.read(home, "x")
    assert passwords.path(home, "x").read_bytes() == content

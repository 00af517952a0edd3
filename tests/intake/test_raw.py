import hashlib
import io
from pathlib import Path
from typing import BinaryIO

import pyrage
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.intake.containers import DamagedError
from tocsin.intake.raw import CHUNK, identity, seal, unseal

SECRET = b"timestamp,password\n2026-03-01,correct-horse\n"


def test_sealed_is_unreadable_and_opens_to_the_same(tmp_path: Path) -> None:
    sealed = seal(io.BytesIO(SECRET), tmp_path)
    assert sealed.digest == hashlib.sha256(SECRET).digest()
    assert sealed.size == len(SECRET)
    assert b"horse" not in (tmp_path / sealed.path).read_bytes()
    assert unseal(tmp_path, sealed.path) == SECRET


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    paths = {seal(io.BytesIO(SECRET), tmp_path).path for _ in range(3)}
    assert len(paths) == 1
    assert len([file for file in (tmp_path / "reports").rglob("*") if file.is_file()]) == 1


def cut(content: bytes, damage: DamagedError) -> BinaryIO:
    """A stream that gives this content and then turns out damaged."""

    class Cut(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            got = super().read1(size)
            if not got:
                raise damage
            return got

    return Cut(content)


def test_of_content_that_was_cut_off_the_beginning_is_kept(tmp_path: Path) -> None:
    damage = DamagedError("damaged-archive", "ends too early", is_cut=True)
    long = SECRET * 20_000
    sealed = seal(cut(long, damage), tmp_path)
    assert sealed.damage is damage
    assert sealed.digest == hashlib.sha256(long).digest()
    assert unseal(tmp_path, sealed.path) == long


@pytest.mark.parametrize(("content", "is_cut"), [(b"", True), (SECRET, False)])
def test_nothing_is_kept_that_cannot_be_relied_on(
    tmp_path: Path, content: bytes, is_cut: bool
) -> None:
    damage = DamagedError("damaged-archive", "broken", is_cut)
    with pytest.raises(DamagedError) as raised:
        seal(cut(content, damage), tmp_path)
    assert raised.value is damage
    assert not [file for file in (tmp_path / "reports").rglob("*") if file.is_file()]


def test_the_key_is_private(tmp_path: Path) -> None:
    seal(io.BytesIO(SECRET), tmp_path)
    assert (tmp_path / "keys" / "reports.age").stat().st_mode & 0o077 == 0


@settings(max_examples=8, deadline=None)
@given(st.integers(CHUNK - 2, 2 * CHUNK + 2))
def test_any_length_around_the_size_of_a_piece(length: int) -> None:
    from tempfile import TemporaryDirectory

    content = bytes(range(251)) * (length // 251 + 1)
    with TemporaryDirectory() as folder:
        sealed = seal(io.BytesIO(content[:length]), Path(folder))
        assert unseal(Path(folder), sealed.path) == content[:length]


def test_a_copy_in_one_frame_still_opens(tmp_path: Path) -> None:
    """As copies were sealed before each chunk had a frame of its own."""
    long = SECRET * (2 * CHUNK // len(SECRET))
    path = tmp_path / "old.zst.age"
    path.write_bytes(
        pyrage.encrypt(zstandard.ZstdCompressor().compress(long), [identity(tmp_path).to_public()])
    )
    assert unseal(tmp_path, path.name) == long

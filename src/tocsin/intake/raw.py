"""The file as it came, compressed and sealed (age), because rows may carry passwords.

The identity that opens the copies is `keys/reports.age` in TOCSIN_HOME; without it they are noise.
Reading, hashing, compressing and sealing happen in one pass with flat memory.
"""

import hashlib
import io
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import pyrage
import zstandard

from tocsin.database.files import durable, write_once
from tocsin.intake.containers.streams import DamagedError, read_up_to

FOLDER = "reports"
CHUNK = 1 << 18
# A third less processor time than level 1, for half as much space again: copies are not kept long.
LEVEL = -3


@dataclass(frozen=True, slots=True)
class Sealed:
    """`digest`: SHA-256 of the content as it came; `size` in bytes; `path` below TOCSIN_HOME.

    `damage`: what kept us from reading on; the rest is about what came before it.
    """

    digest: bytes
    size: int
    path: str
    damage: DamagedError | None = None


class _Compressing:
    """A readable that hashes what it reads and gives it out compressed.

    Each chunk is a zstd frame of its own, for which the library need not keep the one before.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        self._ready = io.BytesIO()
        self._ended = False
        self.damage: DamagedError | None = None
        self.hash = hashlib.sha256()
        self.size = 0

    def read(self, count: int = -1) -> bytes:
        given = self._ready.read(count)
        while not given and not self._ended:
            self._ready = io.BytesIO(self._next())
            given = self._ready.read(count)
        return given

    def _next(self) -> bytes:
        chunk = self._read_on()
        self.hash.update(chunk)
        self.size += len(chunk)
        self._ended = not chunk
        if self._ended and self.size:
            return b""
        return self._compressor.compress(chunk)

    def _read_on(self) -> bytes:
        try:
            return read_up_to(self._source, CHUNK)
        except DamagedError as error:
            self.damage = error
            return b""


def seal(source: BinaryIO, home: Path) -> Sealed:
    """Keep a sealed copy below `home`, under a name made of the content's digest.

    Of content that was cut off, that is the copy of what is there.  Raises `DamagedError` where
    that is nothing, or where the damage leaves nothing to rely on.
    """
    reading = _Compressing(source)
    recipient = identity(home).to_public()
    incoming = home / FOLDER / f".incoming.{secrets.token_hex(8)}"
    incoming.parent.mkdir(exist_ok=True)
    try:
        with incoming.open("wb") as target:
            pyrage.encrypt_io(reading, target, [recipient])
        if reading.damage and not (reading.damage.is_cut and reading.size):
            raise reading.damage
        relative = path_of(reading.hash.digest())
        with durable(home / relative) as partial:
            incoming.replace(partial)
    finally:
        incoming.unlink(missing_ok=True)
    return Sealed(reading.hash.digest(), reading.size, relative, reading.damage)


def unseal(home: Path, relative: str) -> bytes:
    """The content as it came."""
    opened = io.BytesIO()
    with (home / relative).open("rb") as sealed:
        pyrage.decrypt_io(sealed, opened, [identity(home)])
    decompressor = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
    return decompressor.decompress(opened.getvalue())


def path_of(digest: bytes) -> str:
    name = digest.hex()
    return f"{FOLDER}/{name[:2]}/{name}.zst.age"


@cache
def identity(home: Path) -> pyrage.x25519.Identity:
    """The key pair of the sealed copies, made at the first one."""
    path = home / "keys" / "reports.age"
    if not path.exists():
        write_once(path, str(pyrage.x25519.Identity.generate()) + "\n")
    return pyrage.x25519.Identity.from_str(path.read_text().strip())

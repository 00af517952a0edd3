"""Streams over packed content that say what is wrong with it, and refuse to grow without end."""

import bz2
import codecs
import gzip
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, cast

import zstandard

from tocsin.errors import TocsinError
from tocsin.intake.containers.limits import MIB, Limits, Opener

PACKED: dict[bytes, str] = {
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
}
BROKEN = (
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    zstandard.ZstdError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    struct.error,
)


class DamagedError(TocsinError):
    """Packed content that cannot be read on; `reason` is the code for the refusal.

    `is_cut`: it only ends too early, so that what came before is as it was sent.  After any other
    damage nothing of it can be relied on.
    """

    def __init__(self, reason: str, message: str, is_cut: bool = False) -> None:
        super().__init__(message, "Ask the sender for the file again.")
        self.reason = reason
        self.is_cut = is_cut


def read_up_to(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, or fewer where the stream ends or turns out damaged.

    A plain `read` would lose what came before the damage.  Raises `DamagedError` only when nothing
    can be read at all.
    """
    patient: Any = stream
    first: bytes = patient.read1(size)
    if not first or len(first) == size:
        return first
    got = bytearray(first)
    try:
        while len(got) < size and (piece := patient.read1(size - len(got))):
            got += piece
    except DamagedError:
        pass  # it is told again when what came before is read
    return bytes(got)


class GuardedStream(io.RawIOBase):
    """Reads `inner`, which unpacks `packed_bytes`; any failure becomes a `DamagedError`."""

    def __init__(self, inner: BinaryIO, packed_bytes: int, limits: Limits, *also: Any) -> None:
        super().__init__()
        self._inner: Any = inner
        self._also = also
        self._allowed = min(
            limits.member_bytes, max(limits.ratio_from, packed_bytes * limits.ratio)
        )
        self._read = 0
        self._failed: DamagedError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._failed:
            raise self._failed
        try:
            got: bytes = self._inner.read1(len(buffer))
        except BROKEN as error:
            why = str(error) or type(error).__name__
            self._failed = DamagedError("damaged-archive", why, isinstance(error, EOFError))
            raise self._failed from error
        self._read += len(got)
        if self._read > self._allowed:
            why = f"unpacks to more than {self._allowed} bytes"
            self._failed = DamagedError("unpacks-too-large", why)
            raise self._failed
        buffer[: len(got)] = got
        return len(got)

    def close(self) -> None:
        if not self.closed:
            for one in (self._inner, *self._also):
                one.close()
        super().close()


class ZstdStream:
    """What zstd frames (RFC 8878), one after the other, unpack to; `EOFError` where one is cut.

    Fed in small steps: a few bytes may unpack to very many.
    """

    STEP = 1024

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._rest = b""
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False

    def read1(self, size: int) -> bytes:
        while len(self._rest) == 0:
            packed = self._frame.unused_data or self._raw.read(self.STEP)
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
                self._begun = False
            if not packed:
                if self._begun:
                    raise EOFError("the last frame ends too early")
                return b""
            self._begun = True
            self._rest = self._frame.decompress(packed)
        got, self._rest = self._rest[:size], self._rest[size:]
        return got

    def close(self) -> None:
        self._raw.close()


class Utf8Stream(io.RawIOBase):
    """UTF-16 text, such as a spreadsheet program's "Unicode text", as UTF-8."""

    def __init__(self, inner: BinaryIO) -> None:
        super().__init__()
        self._inner: Any = inner
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            raw = self._inner.read1(MIB)
            text = self._decoder.decode(raw, not raw)
            self._left = text.encode("utf-8", "replace")
            if not raw:
                break
        got, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(got)] = got
        return len(got)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


def as_utf8(opener: Opener) -> Opener:
    """An opener for the same text in UTF-8."""

    def opened() -> BinaryIO:
        return io.BufferedReader(Utf8Stream(opener()), MIB)

    return opened


def guarded(inner: BinaryIO, packed_bytes: int, limits: Limits, *also: Any) -> BinaryIO:
    """`inner` behind a guard, buffered; `also` is closed with it."""
    return io.BufferedReader(GuardedStream(inner, packed_bytes, limits, *also), MIB)


def unpacker(form: str, opener: Opener, limits: Limits) -> Opener:
    """An opener for what a gzip, bzip2, xz or zstd stream unpacks to."""
    wrap: dict[str, Callable[[BinaryIO], Any]] = {
        "gz": lambda raw: gzip.GzipFile(fileobj=raw, mode="rb"),
        "bz2": bz2.BZ2File,
        "xz": lzma.LZMAFile,
        "zst": ZstdStream,
    }

    def opened() -> BinaryIO:
        raw = opener()
        return guarded(cast(BinaryIO, wrap[form](raw)), _size(raw), limits, raw)

    return opened


def seekable(opener: Opener, limits: Limits) -> BinaryIO:
    """The content in a form that can be sought in: itself, or a copy in a temporary file.

    Raises `DamagedError` when it is damaged or larger than we are ready to spool.
    """
    stream = opener()
    if not isinstance(stream, io.BufferedReader) or not isinstance(stream.raw, GuardedStream):
        return stream
    # Closed by whoever reads it, as the original would be.
    spool = tempfile.SpooledTemporaryFile(max_size=16 * MIB)  # noqa: SIM115
    with stream:
        while chunk := stream.read(MIB):
            spool.write(chunk)
            if spool.tell() > limits.spooled_bytes:
                spool.close()
                raise DamagedError("unpacks-too-large", "an archive in an archive is too large")
    spool.seek(0)
    return cast(BinaryIO, spool)


def _size(raw: BinaryIO) -> int:
    """Bytes of a stream that can be sought in; for another one, no ratio can be told."""
    try:
        here = raw.tell()
        end = raw.seek(0, io.SEEK_END)
        raw.seek(here)
    except (OSError, ValueError):
        return 1 << 40
    return end

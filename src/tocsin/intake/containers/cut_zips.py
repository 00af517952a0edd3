"""Reads zip archives from the front, where their list of files, which stands at the end, is lost.

By PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local file header) and 4.3.9 (data descriptor).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile

HEADER = struct.Struct("<4sHHHHHIIIHH")
SIGNATURE, DESCRIPTOR = b"PK\x03\x04", b"PK\x07\x08"
ENCRYPTED, SIZES_FOLLOW, IN_UTF8 = 1, 8, 0x800
STORED, DEFLATED = 0, 8
UNKNOWN = 0xFFFFFFFF
STEP = 64 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One file; `offset` is where its content begins.  `size` (packed, in bytes) and `crc` are
    None where the header does not say them."""

    name: str
    offset: int
    method: int
    flags: int
    size: int | None
    crc: int | None

    def reader(self, stream: BinaryIO) -> "_Reader":
        """Its content; raises `BadZipFile` for what cannot be read, `EOFError` where it is cut."""
        if self.flags & ENCRYPTED or self.method not in (STORED, DEFLATED):
            raise BadZipFile(f"packed by method {self.method}, which needs the list of files")
        if self.method == STORED and self.size is None:
            raise BadZipFile("neither its size nor a list of files says where it ends")
        stream.seek(self.offset)
        return _Reader(stream, self)


class _Reader:
    def __init__(self, stream: BinaryIO, entry: Entry) -> None:
        self._stream, self._entry = stream, entry
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == DEFLATED else None
        self._left = entry.size or 0
        self._crc = 0
        self.after = b""

    def read1(self, size: int) -> bytes:
        got = self._inflated(size) if self._inflate else self._stored(size)
        self._crc = zlib.crc32(got, self._crc)
        if not got and self._expected() not in (None, self._crc):
            raise BadZipFile("the content does not fit its checksum")
        return got

    def _expected(self) -> int | None:
        """The checksum, from the header or from the descriptor behind the content."""
        if not self._entry.flags & SIZES_FOLLOW:
            return self._entry.crc
        self.after += self._stream.read(max(8 - len(self.after), 0))
        said = self.after.removeprefix(DESCRIPTOR)[:4]
        return int.from_bytes(said, "little") if len(said) == 4 else None

    def _stored(self, size: int) -> bytes:
        got = self._stream.read(min(size, self._left))
        self._left -= len(got)
        if self._left and not got:
            raise EOFError("the archive ends within this file")
        return got

    def _inflated(self, size: int) -> bytes:
        inflate = self._inflate
        assert inflate is not None
        while not inflate.eof:
            packed = inflate.unconsumed_tail or self._stream.read(STEP)
            got = inflate.decompress(packed, size)
            if got:
                return got
            if not packed:
                raise EOFError("the archive ends within this file")
        self.after = inflate.unused_data
        return b""

    def close(self) -> None:
        self._stream.close()


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """The files of an archive in the order in which they stand, the last one perhaps cut off."""
    at = 0
    while (entry := _entry(stream, at)) is not None:
        yield entry
        following = _end(stream, entry)
        if following is None:
            return
        at = following


def _entry(stream: BinaryIO, at: int) -> Entry | None:
    stream.seek(at)
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size or not head.startswith(SIGNATURE):
        return None
    _, _, flags, method, _, _, crc, size, _, name_size, extra = HEADER.unpack(head)
    name = stream.read(name_size)
    if len(name) < name_size:
        return None
    is_known = not flags & SIZES_FOLLOW and size != UNKNOWN
    return Entry(
        name.decode("utf-8" if flags & IN_UTF8 else "cp437", "replace"),
        at + HEADER.size + name_size + extra,
        method,
        flags,
        size if is_known else None,
        crc if is_known else None,
    )


def _end(stream: BinaryIO, entry: Entry) -> int | None:
    """Where the next header should stand; None where that cannot be found out."""
    if entry.size is not None:
        return entry.offset + entry.size
    try:
        reader = entry.reader(stream)
        while reader.read1(STEP):
            pass
    except (EOFError, BadZipFile, zlib.error):
        return None
    here = stream.tell() - len(reader.after)
    stream.seek(here)
    found = stream.read(2 * HEADER.size).find(SIGNATURE)
    return here + found if found >= 0 else None

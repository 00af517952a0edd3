"""An answer's file as text: unzipped and decoded, within bounds."""

import codecs
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from tocsin.alerts.replies.refusals import UnreadableError, Why

MOST_BYTES = 48_000_000  # of one file, unzipped; a hundred thousand answers are about five million
MOST_MEMBERS = 20
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Piece(NamedTuple):
    """A file by its name, or a member of a zip by both."""

    name: str
    data: bytes


def pieces(name: str, data: bytes) -> Iterator[Piece]:
    """The file, or of a zip each member.  Raises `UnreadableError`."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(Why.TOO_LARGE, f"{len(data):,} bytes of at most {MOST_BYTES:,}")
    if not data.startswith(b"PK\x03\x04"):
        yield Piece(name, data)
        return
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            yield from _members(name, archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableError(Why.BAD_ZIP, str(error)[:200]) from error
    except (EOFError, ValueError, OverflowError) as error:
        raise UnreadableError(Why.BAD_ZIP, type(error).__name__) from error


def _members(name: str, archive: zipfile.ZipFile) -> Iterator[Piece]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    if any(one.filename in ("[Content_Types].xml", "mimetype") for one in members):
        raise UnreadableError(Why.WORKBOOK)
    wanted = [one for one in members if not one.filename.startswith("__MACOSX/")]
    if len(wanted) > MOST_MEMBERS:
        raise UnreadableError(Why.BAD_ZIP, f"{len(wanted)} files of at most {MOST_MEMBERS}")
    left = MOST_BYTES
    for one in wanted:
        data = _limited(archive, one, left)
        left -= len(data)
        yield Piece(f"{name}: {one.filename}"[:200], data)


def _limited(archive: zipfile.ZipFile, one: zipfile.ZipInfo, most: int) -> bytes:
    """What the member's header says of its size is not believed."""
    data = bytearray()
    with archive.open(one) as member:
        while part := member.read(_CHUNK):
            data += part
            if len(data) > most:
                raise UnreadableError(Why.TOO_LARGE, f"unzipped more than {MOST_BYTES:,} bytes")
    return bytes(data)


def text_of(data: bytes) -> str:
    """By its byte order mark, else UTF-8, else as Windows writes it in western Europe (cp1252).

    Raises `UnreadableError` for what is no text.
    """
    if data[:8].startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise UnreadableError(Why.WORKBOOK)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if wide := _without_mark(data[:400]):
        return _decoded(data, wide)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    if not encoding:
        raise UnreadableError(Why.NOT_TEXT, "UTF-32")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"no {encoding} at byte {error.start}"
        raise UnreadableError(Why.NOT_TEXT, detail) from error


def _without_mark(start: bytes) -> str:
    """UTF-16 of mostly ASCII words has a zero in every second byte."""
    if len(start) < 4:
        return ""
    half = len(start) // 2
    if start[1::2].count(0) > half * 0.8:
        return "utf-16-le"
    return "utf-16-be" if start[0::2].count(0) > half * 0.8 else ""

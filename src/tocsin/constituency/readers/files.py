"""Opening a list of assets: plain or compressed, and read piece by piece."""

import bz2
import codecs
import gzip
import lzma
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from tocsin.errors import TocsinError

_COMPRESSED: dict[bytes, Callable[..., IO[Any]]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
_BROKEN = (EOFError, gzip.BadGzipFile, lzma.LZMAError, OSError)


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked on the way if it is gzip, bzip2 or xz.  Raises `TocsinError`."""
    try:
        with path.open("rb") as plain:
            start = plain.read(6)
        opened = next((how for magic, how in _COMPRESSED.items() if start.startswith(magic)), open)
        file = cast(BinaryIO, opened(path, "rb"))
    except OSError as error:
        raise TocsinError(f"cannot read {path}: {error.strerror}") from error
    with file:
        yield file


def lines(file: BinaryIO) -> Iterator[bytes]:
    """Line by line; a file cut off in its compression is told as `TocsinError`."""
    try:
        yield from file
    except _BROKEN as error:
        raise TocsinError(
            f"the file breaks off: {error}", "Fetch it again; nothing of it was taken."
        ) from error


def text_lines(file: BinaryIO) -> Iterator[str]:
    """UTF-8 or UTF-16 with or without a byte order mark; what is not UTF-8 is taken as Latin-1."""
    source = lines(file)
    first = next(source, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _utf16(first, source)
        return
    yield _text(first.removeprefix(codecs.BOM_UTF8))
    for line in source:
        yield _text(line)


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _utf16(first: bytes, rest: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    text = decoder.decode(first)
    for piece in rest:
        text += decoder.decode(piece)
        *whole, text = text.split("\n")
        yield from (line + "\n" for line in whole)
    yield from (text + decoder.decode(b"", final=True)).splitlines(keepends=True)

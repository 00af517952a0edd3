"""Opening a list of assets: plain or compressed, and read piece by piece."""

import bz2
import codecs
import gzip
import lzma
from collections.abc import Callable, Iterable, Iterator
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
    """UTF-8 or UTF-16 with or without a byte order mark; what is not UTF-8 is taken as Latin-1.

    Lines end in LF, CRLF, or CR alone, as old spreadsheet programs write it.
    """
    source = lines(file)
    first = next(source, b"")
    if wide := _utf16_name(first):
        yield from _utf16(wide, first, source)
        return
    yield from _text(first.removeprefix(codecs.BOM_UTF8))
    for line in source:
        yield from _text(line)


def _utf16_name(first: bytes) -> str:
    """The codec's name where the first line is UTF-16: its mark, or every other byte being 0."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(first) < 2 or 3 * first.count(0) < len(first):
        return ""
    return "utf-16-le" if first[1] == 0 else "utf-16-be"


def _text(line: bytes) -> Iterable[str]:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return _ended(text) if "\r" in text else (text,)


def _ended(text: str) -> Iterator[str]:
    """Its lines, each but perhaps the last with an LF; other separators stay in them."""
    *whole, last = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    yield from (line + "\n" for line in whole)
    if last:
        yield last


def _utf16(codec: str, first: bytes, rest: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    text = decoder.decode(first)
    for piece in rest:
        text += decoder.decode(piece)
        *whole, text = text.split("\n")
        for line in whole:
            yield from _ended(line + "\n")
    yield from _ended(text + decoder.decode(b"", final=True))

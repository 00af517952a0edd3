"""Whatever file somebody answers with: CSV, zipped CSV, JSON."""

from collections.abc import Iterator
from typing import NamedTuple

from tocsin.alerts.replies.files import pieces
from tocsin.alerts.replies.objects import looks_like_json, read_objects
from tocsin.alerts.replies.refusals import Read, UnreadableError, whole_file
from tocsin.alerts.replies.sheet import read_sheet

LONGEST_NAME = 100


class Handed(NamedTuple):
    """A file as it came."""

    name: str
    data: bytes


def read_file(file: Handed) -> Iterator[Read]:
    """One result for each table in it.  Never fails: what cannot be read is a refusal."""
    name = "".join(char for char in file.name[-LONGEST_NAME:] if char.isprintable()) or "file"
    try:
        for piece in pieces(name, file.data):
            yield _read(piece.name, piece.data)
    except UnreadableError as error:
        yield Read(refused=[whole_file(name, error)])


def _read(name: str, data: bytes) -> Read:
    try:
        return read_objects(name, data) if looks_like_json(data) else read_sheet(name, data)
    except UnreadableError as error:
        return Read(refused=[whole_file(name, error)])

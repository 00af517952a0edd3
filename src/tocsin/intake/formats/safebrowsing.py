"""Reads Google Safe Browsing's mails for network owners: XML in the text of the mail."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from tocsin.intake.batches import Batch, Refused
from tocsin.intake.containers.limits import MIB
from tocsin.intake.containers.streams import read_up_to
from tocsin.intake.formats.batching import Numbered, Record, Task, batches, surviving
from tocsin.intake.formats.rows import Notes, chunked, text_of


class _EntityError(Exception):
    """The document declares entities, which no such mail does and attacks are made of."""


class _Reader:
    """Collects the rows of a document; `message` and `list` attributes go to each."""

    def __init__(self) -> None:
        self.found: list[Numbered] = []
        self._about: Record = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartDoctypeDeclHandler = self._entity

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "notification_message":
            self._about = {"asn": attributes.get("asn"), "date": attributes.get("date")}
        elif name == "list":
            self._about["list"] = attributes.get("type")
        elif name == "url_info":
            row = {name: text_of(value) for name, value in attributes.items()}
            self.found.append((self.parser.CurrentLineNumber, {**self._about, **row}))

    def _entity(self, *_: object) -> None:
        raise _EntityError


def read(task: Task) -> Iterator[Batch]:
    """Each `url_info` is a row."""
    with task.member.opener() as stream:
        found = surviving(_records(stream))
        yield from batches(task, chunked(found, task.chunk_rows), Notes())


def _records(stream: BinaryIO) -> Iterator[Numbered]:
    reader = _Reader()
    line, started = 1, False
    try:
        while raw := read_up_to(stream, MIB):
            raw = raw if started else raw.lstrip()
            started = started or bool(raw)
            reader.parser.Parse(raw, False)
            yield from reader.found
            reader.found.clear()
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        yield from reader.found
        line = error.lineno
        yield line, Refused(line, "not-xml", str(error))
    except _EntityError:
        yield line, Refused(line, "xml-entities", "the document declares a type or entities")

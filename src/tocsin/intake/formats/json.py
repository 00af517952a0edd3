"""Reads JSON: a list of records, an object that holds one, JSON lines, single records."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from tocsin.intake.batches import Batch, Refused
from tocsin.intake.containers.limits import MIB
from tocsin.intake.formats.batching import Numbered, Task, batches, surviving
from tocsin.intake.formats.flatten import flatten
from tocsin.intake.formats.json_stream import Element, elements
from tocsin.intake.formats.rows import Notes, chunked
from tocsin.intake.privacy import withhold_text

MAX_LINE = 16 * MIB


def read(task: Task) -> Iterator[Batch]:
    """A list of records at the top, or, by the option `path`, deeper: `data.urls` names the steps
    to it, `*` takes the values of an object, whatever their names."""
    notes = Notes()
    with task.member.opener() as stream:
        found = surviving(_records(stream, task.spec.options.get("path", "")))
        yield from batches(task, chunked(found, task.chunk_rows), notes)


def read_lines(task: Task) -> Iterator[Batch]:
    """One record a line (JSON lines)."""
    with task.member.opener() as stream:
        found = surviving(lines(stream))
        yield from batches(task, chunked(found, task.chunk_rows), Notes())


def whole(stream: BinaryIO) -> Iterator[Element | Refused]:
    """What the stream holds as few values: the elements of a list, or one object as a whole."""
    record: dict[str, Any] = {}
    for element in elements(stream):
        if isinstance(element, Refused) or not element.key:
            yield element
        else:
            record[element.key] = element.value
    if record:
        yield Element(1, record)


def lines(stream: BinaryIO) -> Iterator[Numbered]:
    """Each line as a flat record."""
    number = 0
    while raw := stream.readline(MAX_LINE):
        number += 1
        if len(raw) >= MAX_LINE and not raw.endswith(b"\n"):
            yield number, Refused(number, "row-too-long", f"more than {MAX_LINE} bytes")
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(MAX_LINE)
            continue
        text = raw.decode("utf-8", "replace").strip("\ufeff\0\x1e \t\r\n,")
        if text in ("", "[", "]"):
            continue
        try:
            yield number, record_of(number, json.loads(text))
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
            yield number, Refused(number, "not-json", why, withhold_text((), [text]))


def record_of(line: int, value: Any) -> dict[str, str | None] | Refused:
    """A flat record, or why it is none."""
    if not isinstance(value, dict):
        return Refused(line, "not-a-record", type(value).__name__, str(value)[:200])
    flat = flatten(value)
    if not any(flat.values()):
        return Refused(line, "empty-row")
    return flat


def _records(stream: BinaryIO, path: str) -> Iterator[Numbered]:
    if path == "*":
        for element in elements(stream):
            yield from _spread(element)
        return
    for element in whole(stream):
        if isinstance(element, Refused):
            yield element.line, element
            continue
        value: Any = element.value
        for step in path.split(".") if path else ():
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            yield element.line, Refused(element.line, "no-records", f"nothing at {path}")
        yield from _spread(Element(element.line, value if value is not None else []))


def _spread(element: Element | Refused) -> Iterator[Numbered]:
    if isinstance(element, Refused):
        yield element.line, element
    elif isinstance(element.value, list):
        for value in element.value:
            yield element.line, record_of(element.line, value)
    else:
        yield element.line, record_of(element.line, element.value)

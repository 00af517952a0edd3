"""Reads JSON: a list of records, an object that holds one, JSON lines, single records."""

import json
import re
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
# Simple members, then a list of records.
ANSWER = re.compile(
    r'\{\s*(?:"[^"]*"\s*:\s*(?:"[^"]*"|[\w.+-]+)\s*,\s*){0,20}"data"\s*:\s*\[', re.I
)


def read(task: Task) -> Iterator[Batch]:
    """A list of records at the top, or, by the option `path`, deeper: `data.urls` names the steps
    to it, `*` takes the values of an object, whatever their names."""
    notes = Notes()
    with task.member.opener() as stream:
        found = surviving(_records(stream, task.spec.options.get("path", "")))
        yield from batches(task, chunked(found, task.chunk_rows), notes)


def read_lines(task: Task) -> Iterator[Batch]:
    """One record a line (JSON lines), or what other programs make of such: see `loose`."""
    with task.member.opener() as stream:
        found = surviving(loose(task, stream))
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


def loose(task: Task, stream: BinaryIO) -> Iterator[Numbered]:
    """Records one a line, as a list, as one object over several lines, or as a list called `data`
    inside an object, as answers of interfaces are."""
    head = task.member.head().decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if head.startswith("["):
        return _records(stream, "")
    if head.startswith("{") and ANSWER.match(head):
        return _records(stream, "data")
    first, newline, _ = head.partition("\n")
    if head.startswith("{") and newline and not first.rstrip(" \r,").endswith("}"):
        return _records(stream, "")
    return lines(stream)


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
    """Of a list within, each record has a number of its own, counted from where the list begins."""
    if isinstance(element, Refused):
        yield element.line, element
    elif isinstance(element.value, list):
        for number, value in enumerate(element.value, element.line):
            yield number, record_of(number, value)
    else:
        yield element.line, record_of(element.line, element.value)

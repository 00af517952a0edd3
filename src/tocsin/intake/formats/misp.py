"""Reads MISP events: each attribute that names something on the network is a row."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tocsin.intake.batches import Batch, Refused
from tocsin.intake.formats.batching import Numbered, Record, Task, batches, surviving
from tocsin.intake.formats.json import whole
from tocsin.intake.formats.json_stream import Element
from tocsin.intake.formats.rows import Notes, chunked, text_of

# MISP attribute type -> the columns that the parts of its value, between `|`, go to.
FORMS: dict[str, tuple[str, ...]] = {
    "ip-src": ("ip",),
    "ip-dst": ("ip",),
    "ip-src|port": ("ip", "port"),
    "ip-dst|port": ("ip", "port"),
    "domain": ("domain",),
    "hostname": ("domain",),
    "domain|ip": ("domain", "ip"),
    "hostname|port": ("domain", "port"),
    "url": ("url",),
    "uri": ("url",),
    "link": ("url",),
    "email": ("email",),
    "email-src": ("email",),
    "email-dst": ("email",),
    "eppn": ("email",),
    "as": ("asn",),
}
OF_ATTRIBUTE = ("category", "type", "value", "to_ids", "comment", "uuid", "first_seen", "last_seen")


@dataclass
class _Event:
    """What an event says of all its attributes."""

    about: Record = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)


def read(task: Task) -> Iterator[Batch]:
    """Events, a list of them, an answer of MISP's search, or attributes without an event."""
    notes = Notes()
    with task.member.opener() as stream:
        found = surviving(_records(whole(stream)))
        yield from batches(task, chunked(found, task.chunk_rows), notes)


def _records(found: Iterator[Element | Refused]) -> Iterator[Numbered]:
    for element in found:
        if isinstance(element, Refused):
            yield element.line, element
        else:
            yield from _numbered(_rows(element.value, element.line, _Event()), element.line)


def _numbered(rows: Iterator[Record | Refused], first: int) -> Iterator[Numbered]:
    """Attributes by number, counted from the line where their event begins."""
    for number, row in enumerate(rows, first):
        yield number, replace(row, line=number) if isinstance(row, Refused) else row


def _rows(value: Any, line: int, event: _Event) -> Iterator[Record | Refused]:
    if isinstance(value, list):
        for one in value:
            yield from _rows(one, line, event)
    elif not isinstance(value, dict):
        yield Refused(line, "not-a-record", type(value).__name__)
    elif "type" in value and "value" in value:
        # What a search for attributes gives names the event within each.
        about = value.get("Event")
        yield _row(value, line, _event(about) if isinstance(about, dict) else event)
    elif "response" in value or "Event" in value:
        yield from _rows(value.get("response", value.get("Event")), line, event)
    else:
        inner = _event(value) if "info" in value else event
        for name in ("Attribute", "Object"):
            yield from _rows(value.get(name) or [], line, inner)


def _event(value: dict[str, Any]) -> _Event:
    about = {
        "event": text_of(value.get("uuid")),
        "event_info": text_of(value.get("info")),
        "event_date": text_of(value.get("date")),
        "threat_level_id": text_of(value.get("threat_level_id")),
    }
    return _Event(about, _tags(value))


def _tags(value: dict[str, Any]) -> list[str]:
    tags = value.get("Tag")
    listed = tags if isinstance(tags, list) else []
    return [str(tag["name"]) for tag in listed if isinstance(tag, dict) and tag.get("name")]


def _row(attribute: dict[str, Any], line: int, event: _Event) -> Record | Refused:
    kind, value = str(attribute["type"]).lower(), text_of(attribute["value"]) or ""
    if attribute.get("deleted") in (True, "1", 1):
        return Refused(line, "deleted", "the attribute was withdrawn", f"{kind}: {value[:500]}")
    if kind not in FORMS:
        detail = f"type {kind} names nothing on the network"
        return Refused(line, "not-on-the-network", detail, f"{kind}: {value[:500]}")
    row: Record = {name: text_of(attribute.get(name)) for name in OF_ATTRIBUTE}
    row["timestamp"] = text_of(attribute.get("timestamp"))
    row.update(zip(FORMS[kind], map(text_of, value.split("|")), strict=False))
    tags = list(dict.fromkeys([*_tags(attribute), *event.tags]))
    marks = [tag.split(":", 1)[1] for tag in tags if tag.lower().startswith("tlp:")]
    row["tlp"] = marks[0].lower() if marks else None
    row["tags"] = text_of(";".join(tags))
    return {**row, **event.about}

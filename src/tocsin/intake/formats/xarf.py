"""Reads XARF version 4 (and 3) reports: one JSON object each, in a file or in a mail."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from tocsin.intake.batches import Batch, Refused
from tocsin.intake.formats.batching import Numbered, Record, Task, batches, surviving
from tocsin.intake.formats.flatten import flatten
from tocsin.intake.formats.json import whole
from tocsin.intake.formats.json_stream import Element
from tocsin.intake.formats.rows import Notes, chunked, text_of

MAX_EVIDENCE = 8 * 1024
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}\.?", re.I)


def read(task: Task) -> Iterator[Batch]:
    """Each object is a row; what its source identifier is decides the column it goes to."""
    notes = Notes()
    with task.member.opener() as stream:
        found = surviving(_records(task, whole(stream)))
        yield from batches(task, chunked(found, task.chunk_rows), notes)


def _records(task: Task, found: Iterator[Element | Refused]) -> Iterator[Numbered]:
    for element in found:
        if isinstance(element, Refused):
            yield element.line, element
        elif not isinstance(element.value, dict):
            yield element.line, Refused(element.line, "not-a-record")
        else:
            yield element.line, {**_row(element.value), **_mailed(task)}


def _row(report: dict[str, Any]) -> Record:
    """`_internal` is the sender's own business and goes; evidence is kept as far as it is short."""
    kept = {name: value for name, value in report.items() if name not in ("_internal", "evidence")}
    row = flatten(kept)
    evidence = report.get("evidence")
    if isinstance(evidence, list):
        row["evidence"] = text_of(_evidence(evidence))
    source = (row.get("source_identifier") or row.get("report.sourceip") or "").strip()
    form = _form(source)
    if form and not row.get(form):
        row[form] = source
    return row


def _evidence(pieces: list[Any]) -> str:
    """What each piece is and its content (base64), up to a limit for all of them together."""
    told: list[str] = []
    left = MAX_EVIDENCE
    for piece in pieces:
        if isinstance(piece, dict):
            kind = piece.get("content_type") or piece.get("contentType") or ""
            payload = str(piece.get("payload") or "")
            shown = payload if len(payload) <= left else f"({len(payload)} characters left out)"
            left -= len(shown)
            told.append(f"{kind} {piece.get('description') or ''}: {shown}")
    return "\n".join(told)[: 2 * MAX_EVIDENCE]


def _form(source: str) -> str:
    """The column for a source identifier: ip, url, email or domain."""
    try:
        ipaddress.ip_address(source.strip("[]"))
    except ValueError:
        pass
    else:
        return "ip"
    if "://" in source:
        return "url"
    if "@" in source:
        return "email"
    return "domain" if DOMAIN.fullmatch(source) else ""


def _mailed(task: Task) -> Record:
    """The logs that came beside the report in its mail."""
    texts = [f"{one.name}:\n{one.text}" for one in task.member.companions]
    return {"attachments": text_of("\n".join(texts)[:MAX_EVIDENCE])} if texts else {}

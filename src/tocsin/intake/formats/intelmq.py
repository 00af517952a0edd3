"""Reads IntelMQ's events as JSON lines, so that its users can move over step by step."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tocsin.intake.batches import Batch, Columns
from tocsin.intake.formats.batching import Numbered, Record, Task, batches, surviving
from tocsin.intake.formats.json import loose
from tocsin.intake.formats.report_names import by_intelmq_name
from tocsin.intake.formats.rows import Notes, chunked
from tocsin.kinds.catalogue import kind

KIND = "tocsin.kind"
EXPORTED_KIND = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
EXPORTED_KEY = ("source.port", "protocol.transport", "extra.tag")
# Columns of kinds -> the fields of an event that carry them, first that is filled wins.
FIELDS = {
    "infection": ("malware.name", "extra.infection"),
    "malware": ("malware.name",),
    "family": ("malware.name", "extra.family"),
    "url": ("source.url",),
    "email": ("source.account", "extra.email"),
    "network": ("source.network",),
    "tag": ("extra.tag",),
    "service": ("extra.service", "protocol.application"),
}


def read(task: Task) -> Iterator[Batch]:
    """One event a line, or a list of them.

    What IntelMQ made of a Shadowserver report is of that report's kind.
    """
    notes = Notes()
    with task.member.opener() as stream:
        found = surviving(_kinded(loose(task, stream), task))
        for batch in batches(task, chunked(found, task.chunk_rows), notes):
            yield replace(batch, columns=_columns(batch))


def _kinded(records: Iterator[Numbered], task: Task) -> Iterator[Numbered]:
    known: dict[tuple[str | None, ...], str] = {}
    for line, record in records:
        if isinstance(record, dict):
            named = tuple(record.get(name) for name in ("feed.provider", "feed.name", "feed.code"))
            if named not in known:
                known[named] = _shadowserver(*named)
            rule = task.spec.kinds
            record[KIND] = (
                _exported(record)
                or known[named]
                or rule.of_value(record.get("classification.type") or "")
            )
        yield line, record


def _exported(record: Record) -> str:
    """The kind of a threat that Tocsin itself wrote (`tocsin threats export`); empty if none."""
    name = record.get("extra.tocsin.kind") or ""
    return name if EXPORTED_KIND.fullmatch(name) else ""


def _shadowserver(provider: str | None, name: str | None, code: str | None) -> str:
    """The kind of a report by the name or code that IntelMQ gives the feed; empty if none."""
    if not any("shadowserver" in (text or "").lower() for text in (provider, name, code)):
        return by_intelmq_name(name or "") if name and not provider else ""
    for text in (name, code):
        plain = (text or "").lower().replace("shadowserver", "").strip(" -_")
        if plain and (found := by_intelmq_name(plain)):
            return found
    return ""


def _columns(batch: Batch) -> Columns:
    """The key columns of the kind, by the names that IntelMQ has for them."""
    there = set(batch.table.column_names)
    if "extra.tocsin.kind" in there:  # the tag is the other key columns' values already
        return replace(batch.columns, key=EXPORTED_KEY)
    names = {"port": "source.port", "protocol": "protocol.transport"}
    key = []
    for one in kind(batch.kind).columns.key:
        prefix, _, plain = one.rpartition(":")
        fields = (names[plain],) if plain in names else FIELDS.get(plain, (f"extra.{plain}",))
        key += [f"{prefix}:{name}" if prefix else name for name in fields if name in there][:1]
    return replace(batch.columns, key=tuple(key))

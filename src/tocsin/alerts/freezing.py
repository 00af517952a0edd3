"""An alert's content as the bytes that its row keeps."""

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import zstandard

from tocsin.alerts.content import AlertContent, Group, KindText, ThreatRow, trimmed


def packed(data: bytes) -> bytes:
    return zstandard.compress(data)


def unpacked(data: bytes | memoryview) -> bytes:
    return zstandard.decompress(bytes(data))


def frozen(content: AlertContent) -> bytes:
    """The content with the first rows of each kind; all rows are in the CSV."""
    return packed(json.dumps(trimmed(content), default=_plain).encode())


def _plain(value: Any) -> object:
    """One level: what is inside comes by itself."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value.isoformat() if isinstance(value, datetime) else str(value)


def thawed(data: bytes | memoryview) -> AlertContent:
    raw = json.loads(unpacked(data))
    return AlertContent(
        **{
            **raw,
            "composed_at": datetime.fromisoformat(raw["composed_at"]),
            "earlier": tuple(raw["earlier"]),
            "passed": tuple((name, count) for name, count in raw.get("passed", ())),
            "groups": tuple(_group(group) for group in raw["groups"]),
        }
    )


def _group(raw: dict[str, Any]) -> Group:
    rows = tuple(_row(row) for row in raw["rows"])
    return Group(**{**raw, "text": KindText(**raw["text"]), "rows": rows})


def _row(raw: dict[str, Any]) -> ThreatRow:
    claimed = raw.get("claimed_at")
    return ThreatRow(
        **{
            **raw,
            "id": UUID(raw["id"]),
            "first_seen": datetime.fromisoformat(raw["first_seen"]),
            "last_seen": datetime.fromisoformat(raw["last_seen"]),
            "claimed_at": datetime.fromisoformat(claimed) if claimed else None,
        }
    )

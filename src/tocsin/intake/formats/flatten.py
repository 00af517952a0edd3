"""Nested records as flat ones: `a.b` for what is inside `a`, lists joined by `;`."""

import json
from typing import Any

from tocsin.intake.formats.rows import text_of

MAX_DEPTH = 6
MAX_COLUMNS = 1000


def flatten(record: dict[str, Any]) -> dict[str, str | None]:
    """One record as text cells; names in lower case.  Lists of records give each name once."""
    flat: dict[str, str | None] = {}
    _into(flat, "", record, 0)
    return flat


def _into(flat: dict[str, str | None], prefix: str, record: dict[str, Any], depth: int) -> None:
    for name, value in record.items():
        path = prefix + str(name).replace("\0", "").strip().lower()
        if isinstance(value, dict) and depth < MAX_DEPTH:
            _into(flat, f"{path}.", value, depth + 1)
        elif isinstance(value, list) and depth < MAX_DEPTH:
            _list_into(flat, path, value, depth)
        elif len(flat) < MAX_COLUMNS:
            text = json.dumps(value) if isinstance(value, dict | list) else value
            _put(flat, path, text_of(text))


def _list_into(flat: dict[str, str | None], path: str, values: list[Any], depth: int) -> None:
    plain = [text for one in values if not isinstance(one, dict | list) and (text := text_of(one))]
    if plain:
        _put(flat, path, ";".join(plain))
    for one in values:
        if isinstance(one, dict):
            _into(flat, f"{path}.", one, depth + 1)
        elif isinstance(one, list):
            _list_into(flat, path, one, depth + 1)
    if not values:
        flat.setdefault(path, None)


def _put(flat: dict[str, str | None], path: str, text: str | None) -> None:
    """Add a value; further ones of the same name, as lists of records have, after a `;`."""
    before = flat.get(path)
    if before is None:
        flat[path] = text
    elif text and text not in before.split(";"):
        flat[path] = f"{before};{text}"

"""Cleans what senders' tools leave in cells: quotes escaped twice, Python's bytes notation."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

QUOTE, APOSTROPHE, BACKSLASH, SMALL_B = 34, 39, 92, 98
SINGLE, DOUBLE = r"(?s)^b'(.*)'$", r'(?s)^b"(.*)"$'
MAY_BE_WRAPPED = ("banner", "client_version", "payload", "raw_response", "http_reason")


def suspects(block: bytearray, end: int) -> tuple[bool, bool]:
    """Whether the first `end` bytes may hold (a quote escaped by a backslash, a `b'`).

    One look for a rare byte; positions are compared only where there is one.
    """
    slashes = block.find(b"\\", 0, end) >= 0 and _pair(block, end, BACKSLASH, QUOTE)
    wraps = block.find(b"'", 0, end) >= 0 and _pair(block, end, SMALL_B, APOSTROPHE)
    return slashes, wraps


def _pair(block: bytearray, end: int, first: int, second: int) -> bool:
    view = np.frombuffer(block, np.uint8, end)
    rare = np.flatnonzero(view[1:] == second) if second != QUOTE else None
    if rare is not None:
        return bool((view[rare] == first).any())
    at = np.flatnonzero(view[:-1] == first)
    return bool((view[at + 1] == second).any())


def clean(table: pa.Table, slashes: bool, wraps: bool) -> pa.Table:
    """The table with `\\"` as `"` and `b'…'` as `…`; `b"…"` too where it is usual."""
    for number, name in enumerate(table.column_names):
        values = table.column(number)
        if values.null_count == len(values):
            continue
        cleaned = values
        if slashes:
            cleaned = _unslashed(cleaned)
        if wraps:
            cleaned = _unwrapped(cleaned, "b'", SINGLE)
        if name in MAY_BE_WRAPPED:
            cleaned = _unwrapped(cleaned, 'b"', DOUBLE)
        if cleaned is not values:
            table = table.set_column(number, name, cleaned)
    return table


def _unslashed(values: Any) -> Any:
    if not pc.any(pc.match_substring(values, '\\"')).as_py():
        return values
    return pc.replace_substring(values, '\\"', '"')


def _unwrapped(values: Any, start: str, pattern: str) -> Any:
    if not pc.any(pc.starts_with(values, start)).as_py():
        return values
    unwrapped = pc.replace_substring_regex(values, pattern, r"\1")
    return pc.if_else(pc.equal(unwrapped, ""), pa.scalar(None, pa.string()), unwrapped)

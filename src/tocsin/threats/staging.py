"""Threats of one chunk as PostgreSQL's binary COPY format, built as whole columns.

Format: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY — each field is a
32-bit length and its bytes, big-endian.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.threats.folding import Folded

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
# Microseconds between 1970 and PostgreSQL's epoch, 2000.
POSTGRES_EPOCH = 946_684_800_000_000
FIELDS = (
    ("key", "S16"),
    ("first_seen", ">i8"),
    ("last_seen", ">i8"),
    ("asn", ">i8"),
    ("organisation_id", ">i4"),
    ("times_seen", ">i4"),
    ("port", ">i4"),
    ("protocol", ">i2"),
    ("severity", ">i2"),
)
FIELD_COUNT = len(FIELDS) + 3
ADDRESS_BYTES = {0: 0, 4: 4, 6: 16}
POSTGRES_FAMILY = {4: 2, 6: 3}


def copy_rows(folded: Folded) -> bytes:
    """The rows of `sql/staging.sql`; in key order, if all are of one address family."""
    parts: list[bytes | memoryview] = [HEADER]
    for family in np.unique(folded.affected.family).tolist():
        which = np.flatnonzero(folded.affected.family == family)
        some = folded if len(which) == len(folded.key) else folded.take(which)
        parts.append(_rows(some, family))
    return b"".join((*parts, TRAILER))


def _rows(folded: Folded, family: int) -> bytes | memoryview:
    if not folded.any_text:
        return _fixed(folded, family, text=True).tobytes()
    fixed = _fixed(folded, family, text=False)
    head = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(fixed.dtype.itemsize), len(fixed), [None, pa.py_buffer(fixed)]
    )
    rows = pc.binary_join_element_wise(
        head.cast(pa.binary()), *_text(folded.affected.name), *_text(folded.tag), b""
    )
    return _values(rows)


def _fixed(folded: Folded, family: int, text: bool) -> npt.NDArray[np.void]:
    """One structured row a threat; with `text`, the two text fields follow, both empty."""
    blank = _blank(family, text)
    rows = np.frombuffer(bytearray(blank.tobytes()) * len(folded.key), blank.dtype)
    rows["key"] = np.ascontiguousarray(folded.key).view("S16")[:, 0]
    rows["first_seen"] = folded.first_seen - POSTGRES_EPOCH
    rows["last_seen"] = folded.last_seen - POSTGRES_EPOCH
    rows["organisation_id"] = folded.organisation
    for name in ("asn", "times_seen", "port", "protocol", "severity"):
        rows[name] = getattr(folded, name)
    if family:
        rows["bits"] = folded.affected.bits
        rows["address"] = folded.affected.address[:, : ADDRESS_BYTES[family]]
    return rows


@cache
def _layout(family: int, text: bool) -> np.dtype[np.void]:
    """Each field's 32-bit size, then the field; inet: family, prefix length, 0, size, address."""
    fields: list[Any] = [("fields", ">i2")]
    for name, form in FIELDS:
        fields += [(f"{name}_size", ">i4"), (name, form)]
    fields.append(("inet_size", ">i4"))
    if family:
        fields += [("family", "u1"), ("bits", "u1"), ("is_cidr", "u1"), ("bytes", "u1")]
        fields.append(("address", "u1", ADDRESS_BYTES[family]))
    if text:
        fields += [("name_size", ">i4"), ("tag_size", ">i4")]
    return np.dtype(fields)


@cache
def _blank(family: int, text: bool) -> npt.NDArray[np.void]:
    """A row with everything in it that is the same in all; a name's address is NULL, size -1."""
    row = np.zeros((), _layout(family, text))
    row["fields"] = FIELD_COUNT
    for name, form in FIELDS:
        row[f"{name}_size"] = np.dtype(form).itemsize
    row["inet_size"] = 4 + ADDRESS_BYTES[family] if family else -1
    if family:
        row["family"], row["bytes"] = POSTGRES_FAMILY[family], ADDRESS_BYTES[family]
    return row


def _text(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """A text field: its size, then its bytes."""
    sizes = pc.binary_length(column).to_numpy().astype(">i4")
    as_bytes = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(4), len(sizes), [None, pa.py_buffer(sizes)]
    )
    return as_bytes.cast(pa.binary()), column.cast(pa.binary())


def _values(rows: pa.Array) -> memoryview:
    """The bytes of a binary column, row after row: just what COPY wants."""
    offsets = np.frombuffer(rows.buffers()[1], np.int32)
    first, last = offsets[rows.offset], offsets[rows.offset + len(rows)]
    return memoryview(rows.buffers()[2])[first:last]

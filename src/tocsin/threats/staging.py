"""Threats of one chunk as PostgreSQL's binary COPY format, built as whole columns.

Format: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY — each field is a
32-bit length and its bytes, big-endian.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.threats.folding import Folded

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
# Microseconds between 1970 and PostgreSQL's epoch, 2000.
POSTGRES_EPOCH = 946_684_800_000_000
FIXED_FIELDS = (
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
FIELD_COUNT = len(FIXED_FIELDS) + 3
FIXED = np.dtype(
    [("fields", ">i2")]
    + [
        pair
        for name, form in FIXED_FIELDS
        for pair in ((f"{name}_size", ">i4"), (name, np.dtype(form)))
    ]
)
# inet: field size, then family, prefix length, 0, address size, address.
ADDRESS_SIZE = np.array([4, 0, 0, 0, 12, 0, 24])
POSTGRES_FAMILY = np.array([0, 0, 0, 0, 2, 0, 3], np.uint8)


def copy_rows(folded: Folded) -> bytes:
    """The rows of `sql/staging.sql`, in row order."""
    fixed = _fixed(folded)
    address = _addresses(folded)
    if not folded.any_text:
        return b"".join((HEADER, _rows(fixed, address, folded), TRAILER))
    head = _binary(_matrix(fixed, address), FIXED.itemsize + ADDRESS_SIZE[folded.affected.family])
    rows = pc.binary_join_element_wise(
        head, *_text(folded.affected.name), *_text(folded.tag), b""
    )
    return b"".join((HEADER, _values(rows), TRAILER))


def _rows(
    fixed: npt.NDArray[np.void], address: npt.NDArray[np.uint8], folded: Folded
) -> bytes:
    """Without any text: the two text fields are empty, eight zero bytes."""
    matrix = np.concatenate(
        [_matrix(fixed, address), np.zeros((len(fixed), 8), np.uint8)], axis=1
    )
    size = FIXED.itemsize + ADDRESS_SIZE[folded.affected.family]
    if len(set(size.tolist())) > 1:
        keep = np.arange(matrix.shape[1]) < size[:, None]
        keep[:, -8:] = True
        return matrix[keep].tobytes()
    width = int(size[0]) if len(size) else 0
    return np.concatenate([matrix[:, :width], matrix[:, -8:]], axis=1).tobytes()


def _fixed(folded: Folded) -> npt.NDArray[np.void]:
    rows = np.zeros(len(folded.key), FIXED)
    rows["fields"] = FIELD_COUNT
    for name, _ in FIXED_FIELDS:
        rows[f"{name}_size"] = FIXED[name].itemsize
    rows["key"] = np.ascontiguousarray(folded.key).view("S16")[:, 0]
    rows["first_seen"] = folded.first_seen - POSTGRES_EPOCH
    rows["last_seen"] = folded.last_seen - POSTGRES_EPOCH
    rows["organisation_id"] = folded.organisation
    for name in ("asn", "times_seen", "port", "protocol", "severity"):
        rows[name] = getattr(folded, name)
    return rows


def _addresses(folded: Folded) -> npt.NDArray[np.uint8]:
    """uint8[m, 24], of which each row uses `ADDRESS_SIZE`; a name's address is NULL (size -1)."""
    affected = folded.affected
    cells = np.zeros((len(affected.family), 24), np.uint8)
    cells[:, 3] = ADDRESS_SIZE[affected.family] - 4
    cells[affected.family == 0, :4] = 0xFF
    cells[:, 4] = POSTGRES_FAMILY[affected.family]
    cells[:, 5] = affected.bits
    cells[:, 7] = ADDRESS_SIZE[affected.family] - 8
    cells[:, 8:] = affected.address
    return cells


def _matrix(
    fixed: npt.NDArray[np.void], address: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    return np.concatenate(
        [fixed.view(np.uint8).reshape(len(fixed), FIXED.itemsize), address], axis=1
    )


def _binary(matrix: npt.NDArray[np.uint8], size: npt.NDArray[np.int64]) -> pa.Array:
    """The first `size` bytes of each row of the matrix as a binary column."""
    offsets = np.zeros(len(size) + 1, np.int32)
    np.cumsum(size, out=offsets[1:])
    data = matrix[np.arange(matrix.shape[1]) < size[:, None]].tobytes()
    return pa.Array.from_buffers(
        pa.binary(), len(size), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )


def _text(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """A text field: its size, then its bytes."""
    sizes = pc.binary_length(column).to_numpy().astype(">i4")
    as_bytes = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(4), len(sizes), [None, pa.py_buffer(sizes.tobytes())]
    )
    return as_bytes.cast(pa.binary()), column.cast(pa.binary())


def _values(rows: pa.Array) -> memoryview:
    """The bytes of a binary column, row after row: just what COPY wants."""
    offsets = np.frombuffer(rows.buffers()[1], np.int32)
    first, last = offsets[rows.offset], offsets[rows.offset + len(rows)]
    return memoryview(rows.buffers()[2])[first:last]

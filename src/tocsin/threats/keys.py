"""A threat's id: 128-bit BLAKE2b of its kind, asset, port, protocol and tag.

A hash that an attacker cannot steer, because addresses, URLs and tags are the attacker's choice
(RFC 7693).  The same threat has the same id in every installation and at every re-import.
"""

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.intake.normalise import Normalised

KEY_BYTES = 16
FIXED = np.dtype(
    [("family", "u1"), ("bits", "u1"), ("address", "u1", 16), ("port", ">u2"), ("protocol", "u1")]
)


def threat_keys(kind: str, rows: Normalised) -> npt.NDArray[np.uint8]:
    """Keys of n rows as uint8[n, 16]."""
    fixed = np.zeros(len(rows.time), FIXED)
    fixed["family"], fixed["bits"] = rows.affected.family, rows.affected.bits
    fixed["address"], fixed["port"] = rows.affected.address, rows.port
    fixed["protocol"] = rows.protocol
    start = blake2b(kind.encode() + b"\0", digest_size=KEY_BYTES)
    digests = b"".join([_digest(start, identity) for identity in _identities(fixed, rows)])
    return np.frombuffer(digests, np.uint8).reshape(-1, KEY_BYTES)


def _digest(start: "blake2b", identity: bytes) -> bytes:
    state = start.copy()
    state.update(identity)
    return state.digest()


def _identities(fixed: npt.NDArray[np.void], rows: Normalised) -> list[bytes]:
    """Each row's identity: the fixed part, then name and tag if the row has either.

    A row's identity is its own: what other rows a chunk holds must not change it.
    """
    data, width = fixed.tobytes(), FIXED.itemsize
    name, tag = rows.affected.name, rows.tag
    if not (_any_text(name) or _any_text(tag)):
        return [data[start : start + width] for start in range(0, len(data), width)]
    head = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), len(fixed), [None, pa.py_buffer(data)]
    ).cast(pa.binary())
    tail = pc.binary_join_element_wise(name, tag, "\0")
    tail = pc.if_else(pc.equal(tail, "\0"), "", tail).cast(pa.binary())
    joined: list[bytes] = pc.binary_join_element_wise(head, tail, b"").to_pylist()
    return joined


def _any_text(column: pa.Array) -> bool:
    return bool(pc.max(pc.binary_length(column)).as_py())

"""All assets out of the database and into columns, by binary COPY.

Format: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY — each field is a
32-bit length and its bytes, big-endian.  Every query here yields rows of one fixed width.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection

from tocsin.constituency.asset_table import OPEN_FROM, OPEN_TO, AssetTable, Form, Int64

_HEADER = 19
_TRAILER = 2
# Microseconds between 1970 and PostgreSQL's epoch, 2000.
_EPOCH = 946_684_800_000_000

_FIELDS = [
    ("asset", ">i8"),
    ("organisation", ">i4"),
    ("manual", "u1"),
    ("valid_from", ">i8"),
    ("valid_to", ">i8"),
]
_COLUMNS = """id, organisation_id::integer, provenance IN ('manual', 'claim'),
coalesce(valid_from, '-infinity'), coalesce(valid_to, 'infinity')"""


class _Query(NamedTuple):
    """`value`: the SQL of the last field; `dtype`: its bytes."""

    form: Form
    value: str
    where: str
    dtype: npt.DTypeLike


def _inet(size: int) -> npt.DTypeLike:
    """An address as inet_send writes it: family, prefix length, is cidr, size, address."""
    return [
        ("family", "u1"),
        ("length", "u1"),
        ("cidr", "u1"),
        ("size", "u1"),
        ("addr", f"V{size}"),
    ]


_QUERIES = (
    _Query(Form.ASN, "substr(value, 3)::bigint", "form = 'asn'", ">i8"),
    _Query(Form.IPV4, "value::cidr", "form = 'prefix' AND value NOT LIKE '%:%'", _inet(4)),
    _Query(Form.IPV6, "value::cidr", "form = 'prefix' AND value LIKE '%:%'", _inet(16)),
)


def read_assets() -> AssetTable:
    """Every organisation's assets, ended ones too; to be called in the staff's scope."""
    parts = [_part(query) for query in _QUERIES] + [_names()]
    column = partial(_column, parts)
    return AssetTable(
        asset=column("asset"),
        organisation=column("organisation"),
        form=column("form"),
        manual=column("manual"),
        valid_from=column("valid_from"),
        valid_to=column("valid_to"),
        high=column("high"),
        low=column("low"),
        length=column("length"),
        names=parts[-1].names,
    )


def _column(parts: list[AssetTable], name: str) -> npt.NDArray:  # type: ignore[type-arg]
    return np.concatenate([getattr(part, name) for part in parts])


def _part(query: _Query) -> AssetTable:
    rows = _rows(query)
    value = rows["value"]
    if query.form is Form.ASN:
        halves = np.zeros((len(rows), 2), ">u8")
        halves[:, 0] = value
        length = np.zeros(len(rows), np.uint8)
    else:
        packed = np.frombuffer(value["addr"].tobytes(), np.uint8)
        packed = packed.reshape(len(rows), 4 if query.form is Form.IPV4 else 16)
        # An IPv4 address is the lower half of the first eight bytes.
        padded = np.pad(packed, ((0, 0), (4, 8))) if query.form is Form.IPV4 else packed
        halves = np.ascontiguousarray(padded).view(">u8")
        length = value["length"].copy()
    return AssetTable(
        asset=rows["asset"].astype(np.int64),
        organisation=rows["organisation"].astype(np.int32),
        form=np.full(len(rows), query.form, np.uint8),
        manual=rows["manual"].astype(np.bool_),
        valid_from=_micros(rows["valid_from"].astype(np.int64)),
        valid_to=_micros(rows["valid_to"].astype(np.int64)),
        high=halves[:, 0].astype(np.uint64),
        low=halves[:, 1].astype(np.uint64),
        length=length,
    )


def _rows(query: _Query) -> npt.NDArray[np.void]:
    sized = [("fields", ">i2")]
    for name, dtype in [*_FIELDS, ("value", query.dtype)]:
        sized += [(f"{name}_size", ">i4"), (name, dtype)]  # type: ignore[list-item]
    data = bytearray()
    select = f"SELECT {_COLUMNS}, {query.value} FROM asset WHERE {query.where} ORDER BY id"  # noqa: S608
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT binary)") as copy,
    ):
        for piece in copy:
            data += piece
    return np.frombuffer(memoryview(data)[_HEADER:-_TRAILER], np.dtype(sized))


def _micros(since_2000: Int64) -> Int64:
    known = (since_2000 != OPEN_FROM) & (since_2000 != OPEN_TO)
    return np.where(known, since_2000 + _EPOCH * known, since_2000)


_NAMES = """
SELECT id, organisation_id, form = 'email_domain', provenance IN ('manual', 'claim'),
       (extract(epoch FROM valid_from) * 1000000)::bigint,
       (extract(epoch FROM valid_to) * 1000000)::bigint, ltrim(value, '@')
FROM asset WHERE form IN ('domain', 'email_domain') ORDER BY id
"""


def _names() -> AssetTable:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        rows = cursor.fetchall()
    asset, organisation, email, manual, valid_from, valid_to, names = (
        zip(*rows, strict=True) if rows else [()] * 7
    )
    forms = [Form.EMAIL_DOMAIN if one else Form.DOMAIN for one in email]
    return AssetTable(
        asset=np.array(asset, np.int64),
        organisation=np.array(organisation, np.int32),
        form=np.array(forms, np.uint8),
        manual=np.array(manual, np.bool_),
        valid_from=np.array([OPEN_FROM if t is None else t for t in valid_from], np.int64),
        valid_to=np.array([OPEN_TO if t is None else t for t in valid_to], np.int64),
        high=np.arange(len(rows), dtype=np.uint64),
        low=np.zeros(len(rows), np.uint64),
        length=np.zeros(len(rows), np.uint8),
        names=names,
    )

"""From a batch of text columns to typed arrays: when, what is affected, what the key needs.

This and `threats.bulk` are the hot path: whole columns, no Python loop per row where one can be
avoided.  Shapes: n rows taken of the batch's N.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.intake.addresses import parse_addresses, parse_prefix
from tocsin.intake.batches import Batch
from tocsin.intake.names import email_domain, plain_domain, url_host
from tocsin.intake.tags import tag_of
from tocsin.intake.times import NO_TIME, parse_times

SEVERITIES = {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "gre": 47, "icmp6": 58, "ipv6-icmp": 58, "sctp": 132}
NAMED = {"url": url_host, "domain": plain_domain, "email": email_domain}


@dataclass(frozen=True)
class Affected:
    """What the rows are about, whichever way the feed says it.

    `family` uint8[n]: 4 or 6 where an address or prefix is affected, 0 where a name is.
    `address` uint8[n, 16], `bits` uint8[n] prefix length; `name` text[n], an e-mail domain as
    `@example.org`, empty where an address is affected.
    """

    family: npt.NDArray[np.uint8]
    address: npt.NDArray[np.uint8]
    bits: npt.NDArray[np.uint8]
    name: pa.Array

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        named: npt.NDArray[np.bool_] = pc.not_equal(self.name, "").to_numpy(zero_copy_only=False)
        return (self.family > 0) | named

    def take(self, rows: npt.NDArray[np.int64]) -> "Affected":
        return Affected(
            self.family[rows],
            self.address.take(rows, axis=0),
            self.bits[rows],
            self.name.take(pa.array(rows)),
        )


@dataclass(frozen=True)
class Normalised:
    """The rows taken.  `row` int64[n] index into the batch's table; `time` int64[n] µs since 1970
    UTC; `port` int32[n], `protocol` int16[n] (IANA number), `asn` int64[n]: 0 unknown;
    `severity` int16[n] 1 info … 5 critical; `tag` text[n]: the key columns' values."""

    row: npt.NDArray[np.int64]
    time: npt.NDArray[np.int64]
    affected: Affected
    port: npt.NDArray[np.int32]
    protocol: npt.NDArray[np.int16]
    asn: npt.NDArray[np.int64]
    severity: npt.NDArray[np.int16]
    tag: pa.Array


def normalise(batch: Batch, default_severity: str) -> tuple[Normalised, list[tuple[int, str, str]]]:
    """Type the batch.  Refused rows come as (row, reason, detail): no time, or nothing affected."""
    count = batch.table.num_rows
    time = _times(batch)
    affected = _affected(batch)
    taken = (time != NO_TIME) & affected.known
    refused = _refusals(batch, time, taken)
    row = np.arange(count) if taken.all() else np.flatnonzero(taken)
    if len(row) < count:
        time, affected = time[row], affected.take(row)
    table = batch.table if len(row) == count else batch.table.take(pa.array(row))
    columns, key = batch.columns, batch.columns.key
    return Normalised(
        row=row,
        time=time,
        affected=affected,
        port=_numbers(table, columns.port if columns.port in key else "", 65_535).astype(np.int32),
        protocol=_protocols(table, columns.protocol if columns.protocol in key else ""),
        asn=_numbers(table, columns.asn, 4_294_967_295),
        severity=_severities(table, columns.severity, SEVERITIES[default_severity]),
        tag=tag_of(table, [name for name in key if name not in (columns.port, columns.protocol)]),
    ), refused


def _refusals(
    batch: Batch, time: npt.NDArray[np.int64], taken: npt.NDArray[np.bool_]
) -> list[tuple[int, str, str]]:
    refused = []
    for row in np.flatnonzero(~taken).tolist():
        late = time[row] == NO_TIME
        reason = "bad-timestamp" if late else "no-affected-party"
        names = batch.columns.time if late else [name for _, name in batch.columns.affected]
        cells = {name: _cell(batch.table, name, row) for name in names}
        number = _cell(batch.table, batch.columns.asn, row)
        detail = ", ".join(f"{name}={value!r}" for name, value in cells.items())
        if not late and number and not any(cells.values()):
            which = number.upper().removeprefix("AS")
            detail = f"names only AS {which}; a threat needs an address, a network or a name"
        refused.append((row, reason, detail))
    return refused


def _cell(table: pa.Table, name: str, row: int) -> str | None:
    value: str | None = table[name][row].as_py() if name in table.column_names else None
    return value


def column(table: pa.Table, name: str) -> pa.Array | None:
    """One column as one array, or None where the table has no such column."""
    if not name or name not in table.column_names:
        return None
    chunked = table[name]
    return chunked.chunk(0) if chunked.num_chunks == 1 else chunked.combine_chunks()


def _times(batch: Batch) -> npt.NDArray[np.int64]:
    found = [column(batch.table, name) for name in batch.columns.time]
    parsed = [parse_times(one, batch.columns.time_format) for one in found if one is not None] or [
        np.full(batch.table.num_rows, NO_TIME, dtype=np.int64)
    ]
    return reduce(lambda first, other: np.where(first == NO_TIME, other, first), parsed)


def _affected(batch: Batch) -> Affected:
    """Column after column, in order of preference, until each row has its affected party."""
    count = batch.table.num_rows
    found = Affected(
        np.zeros(count, np.uint8),
        np.zeros((count, 16), np.uint8),
        np.zeros(count, np.uint8),
        pa.array([""] * count, pa.string()) if count else pa.array([], pa.string()),
    )
    first = True
    for form, name in batch.columns.affected:
        values = column(batch.table, name)
        if values is None:
            continue
        read = _read_affected(form, values)
        found = read if first else _fill(found, read)
        first = False
        if found.known.all():
            break
    return found


def _fill(found: Affected, other: Affected) -> Affected:
    missing = ~found.known
    name = pc.if_else(pa.array(missing), other.name, found.name)
    return Affected(
        np.where(missing, other.family, found.family),
        np.where(missing[:, None], other.address, found.address),
        np.where(missing, other.bits, found.bits),
        name,
    )


def _read_affected(form: str, values: pa.Array) -> Affected:
    if form == "address":
        family, address = parse_addresses(values)
        return Affected(family, address, _full_bits(family), _no_names(len(values)))
    encoded = pc.dictionary_encode(values)
    codes = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy()
    texts = encoded.dictionary.to_pylist()
    distinct = _prefixes(texts) if form == "prefix" else _named(form, texts)
    return distinct.take(codes.astype(np.int64))


def _prefixes(texts: list[str]) -> Affected:
    parsed = [*(parse_prefix(text) for text in texts), (0, bytes(16), 0)]
    return Affected(
        np.array([one[0] for one in parsed], np.uint8),
        np.frombuffer(b"".join(one[1] for one in parsed), np.uint8).reshape(-1, 16),
        np.array([one[2] for one in parsed], np.uint8),
        _no_names(len(parsed)),
    )


def _named(form: str, texts: list[str]) -> Affected:
    """Names; a URL whose host is an address affects that address."""
    names = [*(NAMED[form](text) for text in texts), ""]
    family, address = parse_addresses(pa.array([name.lstrip("@") for name in names]))
    is_address = family > 0
    kept = ["" if numeric else name for name, numeric in zip(names, is_address, strict=True)]
    return Affected(family, address, _full_bits(family), pa.array(kept, pa.string()))


def _no_names(count: int) -> pa.Array:
    return pa.repeat(pa.scalar("", pa.string()), count)


def _full_bits(family: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.array([0, 0, 0, 0, 32, 0, 128], np.uint8)[family]


def _numbers(table: pa.Table, name: str, largest: int) -> npt.NDArray[np.int64]:
    """Numbers from 0 to `largest`; 0 for what is missing or is none (feeds write 0 for unknown)."""
    values = column(table, name)
    if values is None:
        return np.zeros(table.num_rows, np.int64)
    try:
        numbers = pc.fill_null(pc.cast(values, pa.int64()), 0).to_numpy()
    except pa.ArrowInvalid:
        encoded = pc.dictionary_encode(values)
        distinct = [_number(text) for text in encoded.dictionary.to_pylist()]
        codes = pc.fill_null(encoded.indices, len(distinct)).to_numpy()
        numbers = np.array([*distinct, 0], np.int64)[codes]
    return np.where((numbers >= 0) & (numbers <= largest), numbers, 0)


def _number(text: str) -> int:
    digits = text.strip().removeprefix("AS").removeprefix("as").removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0


def _protocols(table: pa.Table, name: str) -> npt.NDArray[np.int16]:
    return _looked_up(table, name, PROTOCOLS, 0, number_allowed=True)


def _severities(table: pa.Table, name: str, default: int) -> npt.NDArray[np.int16]:
    return _looked_up(table, name, SEVERITIES, default)


def _looked_up(
    table: pa.Table, name: str, words: dict[str, int], default: int, number_allowed: bool = False
) -> npt.NDArray[np.int16]:
    values = column(table, name)
    if values is None:
        return np.full(table.num_rows, default, np.int16)
    encoded = pc.dictionary_encode(values)
    distinct = []
    for text in encoded.dictionary.to_pylist():
        number = _number(text) if number_allowed else 0
        distinct.append(words.get(text.strip().lower(), number if 0 < number < 256 else default))
    codes = pc.fill_null(encoded.indices, len(distinct)).to_numpy()
    found: npt.NDArray[np.int16] = np.array([*distinct, default], np.int16)[codes]
    return found

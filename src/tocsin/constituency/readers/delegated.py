"""Delegated-extended statistics of the regional internet registries.

One record a line, `registry|cc|type|start|value|date|status|opaque-id`, where `value` is a count
of addresses or AS numbers, or an IPv6 prefix length.  All records of one holder carry the same
opaque-id.  Format: the registries' common "RIR statistics exchange format".
"""

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import BinaryIO

from tocsin.constituency.asset_names import (
    LAST_ASN,
    MOST_ASNS_IN_RANGE,
    SHORTEST_PREFIX,
    AssetName,
    asn_name,
    range_prefixes,
    read_asset,
)
from tocsin.constituency.asset_table import Form
from tocsin.constituency.readers.files import text_lines
from tocsin.constituency.readers.times import registry_date
from tocsin.constituency.registry_rows import HeldAsset, handle_key
from tocsin.errors import TocsinError
from tocsin.refused import LONGEST_TEXT, RefusalError, Refused

MOST_ADDRESSES = 1 << 32 - SHORTEST_PREFIX[Form.IPV4]
GIVEN = {"allocated", "assigned"}


def read_delegated(file: BinaryIO, country: str = "") -> Iterator[HeldAsset | Refused]:
    """What was given to somebody; `country`: only that country's (two letters).

    Raises `TocsinError` at the end if there are fewer records than the first line states.
    """
    stated = found = 0
    for number, line in enumerate(text_lines(file), start=1):
        fields = line.strip().split("|")
        if line.startswith("#") or fields == [""] or fields[-1] == "summary":
            continue
        if fields[0].replace(".", "").isdecimal():
            stated = int(fields[3]) if len(fields) > 3 and fields[3].isdecimal() else 0
            continue
        found += 1
        if _wanted(fields, country):
            yield from _record(number, line, fields)
    if found < stated:
        raise TocsinError(
            f"the file states {stated} records and has {found}",
            "It was cut off: fetch it again. Nothing of it was taken.",
        )


def _wanted(fields: list[str], country: str) -> bool:
    if len(fields) < 7:
        return True
    return fields[6].lower() in GIVEN and (not country or fields[1].upper() == country.upper())


def _record(number: int, line: str, fields: list[str]) -> Iterator[HeldAsset | Refused]:
    if len(fields) < 7:
        yield Refused(
            number,
            "too-few-fields",
            f"{len(fields)} fields instead of 7 or more",
            line.strip()[:LONGEST_TEXT],
        )
        return
    handles = (handle_key(fields[7]),) if len(fields) > 7 and fields[7].strip() else ()
    try:
        since = registry_date(fields[5])
        for asset in _assets(*fields[2:5]):
            yield HeldAsset(number, asset, handles, since)
    except RefusalError as bad:
        yield Refused(number, bad.reason, bad.detail, line.strip()[:LONGEST_TEXT])
    except ValueError as bad:
        yield Refused(number, "bad-value", str(bad), line.strip()[:LONGEST_TEXT])


def _assets(kind: str, start: str, value: str) -> Iterator[AssetName]:
    if kind == "ipv4":
        first = int(IPv4Address(start))
        last = first + _count(value) - 1
        if last > 0xFFFF_FFFF:
            raise RefusalError("bad-range", f"{value} addresses from {start} on do not exist")
        if last - first >= MOST_ADDRESSES:
            raise RefusalError("too-wide", f"{value} addresses are more than any one holder's")
        yield from range_prefixes(Form.IPV4, first, last)
    elif kind == "ipv6":
        yield from read_asset(f"{start}/{value}")
    elif kind == "asn":
        first = int(start)
        last = first + _count(value) - 1
        if not 0 < first <= last < LAST_ASN:
            raise RefusalError("bad-asn", f"{value} AS numbers from {start} on do not exist")
        if last - first >= MOST_ASNS_IN_RANGE:
            raise RefusalError("too-wide", f"{value} AS numbers are more than any one holder's")
        yield from map(asn_name, range(first, last + 1))
    else:
        raise RefusalError("unknown-type", f"type “{kind}” is none of ipv4, ipv6, asn")


def _count(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or int(value) < 1:
        raise RefusalError("bad-value", f"“{value}” is not a count")
    return int(value)

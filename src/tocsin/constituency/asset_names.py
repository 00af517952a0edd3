"""How people and registries write assets, and the one way in which they are kept.

`AS64500`, `192.0.2.0/24`, `2001:db8::/32`, `example.org`, `@example.org`.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import NamedTuple

from tocsin.constituency.asset_table import Form
from tocsin.refused import RefusalError

LAST_ASN = 0xFFFF_FFFF
MOST_ASNS_IN_RANGE = 65_536
# Wider than anything that one organisation was ever given.
SHORTEST_PREFIX = {Form.IPV4: 7, Form.IPV6: 16}
_BITS = {Form.IPV4: 32, Form.IPV6: 128}
_FAMILY = {Form.IPV4: AF_INET, Form.IPV6: AF_INET6}

_ASN = re.compile(r"(?:AS|ASN)?\s*(\d{1,10}|\d{1,5}\.\d{1,5})", re.IGNORECASE)
# Digits of any script: \d takes them all, and so does int().
_NUMERIC = re.compile(r"(?:AS|ASN)?[\d\s./:-]+", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC_TLD = re.compile(r"\d+|0x[0-9a-f]+")


class AssetName(NamedTuple):
    """An asset in the one form in which it is kept and compared."""

    form: Form
    text: str


def read_asset(text: str) -> list[AssetName]:
    """The asset that `text` names; several for a range such as `192.0.2.0-192.0.2.95`.

    Raises `RefusalError`.
    """
    text = text.strip()
    if not text.isascii() and _NUMERIC.fullmatch(text):
        raise RefusalError("not-an-asset", f"“{text}” is not written in the digits 0 to 9")
    if plain := _plain_prefix(text):
        return [plain]
    if not text:
        raise RefusalError("no-asset", "the asset is empty")
    if text.startswith("@"):
        return [AssetName(Form.EMAIL_DOMAIN, "@" + domain_name(text[1:]))]
    if _ASN.fullmatch(text):
        return [asn_name(_asn(text))]
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash and _ASN.fullmatch(first) and _ASN.fullmatch(last):
        return _asn_range(_asn(first), _asn(last))
    if dash and (ends := _addresses(first, last)):
        return list(range_prefixes(*ends))
    if "/" in text or _address(text):
        return [_prefix(text)]
    if "@" in text:
        raise RefusalError(
            "not-an-asset", f"“{text}” is an address; write @{text.rpartition('@')[2]}"
        )
    return [AssetName(Form.DOMAIN, domain_name(text))]


def asn_name(number: int) -> AssetName:
    return AssetName(Form.ASN, f"AS{number}")


def domain_name(text: str) -> str:
    """A domain in lower case, without a closing dot, internationalised names as `xn--`.

    Raises `RefusalError`.
    """
    name = text.strip().lower().removeprefix("*.").removesuffix(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            raise RefusalError("not-a-domain", f"“{text}” is not a domain name") from None
    labels = name.split(".")
    if len(labels) < 2 or len(name) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise RefusalError("not-a-domain", f"“{text}” is not a domain name such as example.org")
    if _NUMERIC_TLD.fullmatch(labels[-1]):
        raise RefusalError("not-an-address", f"“{text}” is neither an address nor a domain name")
    return name


def range_prefixes(form: Form, first: int, last: int) -> Iterator[AssetName]:
    """The fewest prefixes that together are the addresses `first` to `last`, in order."""
    bits, family = _BITS[form], _FAMILY[form]
    while first <= last:
        aligned = (first & -first).bit_length() - 1 if first else bits
        host_bits = min(aligned, (last - first + 1).bit_length() - 1)
        address = inet_ntop(family, first.to_bytes(bits // 8, "big"))
        yield AssetName(form, f"{address}/{bits - host_bits}")
        first += 1 << host_bits


def _plain_prefix(text: str) -> AssetName | None:
    """The usual case, written as it is kept, at a tenth of the cost of the general one."""
    address, slash, length = text.partition("/")
    if not slash or not length.isdecimal() or len(length) > 2 or length[0] == "0":
        return None
    try:
        value = int.from_bytes(inet_pton(AF_INET, address), "big")
    except (OSError, ValueError):
        return None
    bits = int(length)
    if not 7 <= bits <= 32 or value << bits & 0xFFFF_FFFF:
        return None
    return AssetName(Form.IPV4, text)


def _prefix(text: str) -> AssetName:
    if "%" in text:
        raise RefusalError("not-an-address", f"{text} holds on one machine only")
    try:
        network = ip_network(text)
    except ValueError:
        raise RefusalError(
            "host-bits-set", f"{text} is not the start of a network: write {_cleared(text)}"
        ) from None
    form = Form(network.version)
    if network.prefixlen < SHORTEST_PREFIX[form]:
        raise RefusalError("too-wide", f"{text} is more than any one organisation holds")
    if network.version == 6 and network.network_address.ipv4_mapped:
        raise RefusalError(
            "not-an-address", f"{text} is an IPv4 address in IPv6 form: write it as IPv4"
        )
    return AssetName(form, str(network))


def _cleared(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise RefusalError(
            "not-an-address", f"“{text}” is not a network such as 192.0.2.0/24"
        ) from None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    for kind in (IPv4Address, IPv6Address):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def _addresses(first: str, last: str) -> tuple[Form, int, int] | None:
    """The ends of a range; None where they are not addresses."""
    low, high = _number(first), _number(last)
    if low is None or high is None:
        return None
    if "%" in first + last:
        raise RefusalError("not-an-address", f"{first}-{last} holds on one machine only")
    form = Form(low[0])
    if low[0] != high[0] or low[1] > high[1]:
        raise RefusalError("bad-range", f"{first}-{last}: the first address is not before the last")
    if high[1] - low[1] >= 1 << _BITS[form] - SHORTEST_PREFIX[form]:
        raise RefusalError("too-wide", f"{first}-{last} is more than any one organisation holds")
    return form, low[1], high[1]


def _number(text: str) -> tuple[int, int] | None:
    """The IP version and the address; registers write most of theirs as plain IPv4."""
    try:
        return 4, int.from_bytes(inet_pton(AF_INET, text), "big")
    except (OSError, ValueError):
        address = _address(text)
    return None if address is None else (address.version, int(address))


def _asn(text: str) -> int:
    digits = text.upper().removeprefix("AS").removeprefix("N").strip()
    high, dot, low = digits.partition(".")
    number = (int(high) << 16) + int(low) if dot else int(digits)
    if not 0 < number < LAST_ASN or (dot and (int(high) > 0xFFFF or int(low) > 0xFFFF)):
        raise RefusalError("bad-asn", f"{text} is not an AS number (1 to {LAST_ASN - 1})")
    return number


def _asn_range(first: int, last: int) -> list[AssetName]:
    if not first <= last < first + MOST_ASNS_IN_RANGE:
        raise RefusalError("bad-range", f"AS{first}-AS{last} is not a range of AS numbers")
    return [asn_name(number) for number in range(first, last + 1)]

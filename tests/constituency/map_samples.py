"""Asset tables for tests, and the slow, obvious way of finding who was responsible."""

import ipaddress
from dataclasses import dataclass

import numpy as np

from tocsin.constituency.asset_table import OPEN_FROM, OPEN_TO, AssetTable, Form

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Held:
    """An asset as people write it: `AS64500`, `192.0.2.0/24`, `example.org`, `@example.org`."""

    asset: int
    organisation: int
    value: str
    manual: bool = True
    valid_from: int = OPEN_FROM
    valid_to: int = OPEN_TO

    @property
    def form(self) -> Form:
        if self.value.startswith("AS"):
            return Form.ASN
        if self.value.startswith("@"):
            return Form.EMAIL_DOMAIN
        if "/" not in self.value:
            return Form.DOMAIN
        return Form.IPV6 if ":" in self.value else Form.IPV4

    @property
    def network(self) -> Network:
        return ipaddress.ip_network(self.value)

    def valid(self, at: int) -> bool:
        return self.valid_from <= at < self.valid_to


def table(*held: Held) -> AssetTable:
    names: list[str] = []
    numbers = [_number(one, names) for one in held]
    return AssetTable(
        asset=np.array([one.asset for one in held], np.int64),
        organisation=np.array([one.organisation for one in held], np.int32),
        form=np.array([one.form for one in held], np.uint8),
        manual=np.array([one.manual for one in held], np.bool_),
        valid_from=np.array([one.valid_from for one in held], np.int64),
        valid_to=np.array([one.valid_to for one in held], np.int64),
        high=np.array([number[0] for number in numbers], np.uint64),
        low=np.array([number[1] for number in numbers], np.uint64),
        length=np.array([number[2] for number in numbers], np.uint8),
        names=names,
    )


def _number(one: Held, names: list[str]) -> tuple[int, int, int]:
    if one.form is Form.ASN:
        return int(one.value[2:]), 0, 0
    if one.form in (Form.DOMAIN, Form.EMAIL_DOMAIN):
        names.append(one.value.lstrip("@"))
        return len(names) - 1, 0, 0
    first, length = int(one.network.network_address), one.network.prefixlen
    return (*divmod(first, 1 << 64), length) if one.form is Form.IPV6 else (first, 0, length)


def expected(held: list[Held], network: str, at: int, asn: int = 0) -> int:
    """The asset responsible for an address or a whole network, by looking at every asset."""
    asked = ipaddress.ip_network(network)
    for manual in (True, False):
        mine = [one for one in held if one.manual == manual and one.valid(at)]
        prefixes = [
            one
            for one in mine
            if one.form == asked.version and asked.subnet_of(one.network)  # type: ignore[arg-type]
        ]
        asns = [one for one in mine if one.form is Form.ASN and one.value == f"AS{asn}"]
        if best := prefixes or asns:
            return max(best, key=_rank).asset
    return 0


def _rank(one: Held) -> tuple[int, int, int]:
    length = 0 if one.form is Form.ASN else one.network.prefixlen
    return length, one.valid_from, one.asset


def ask(*networks: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`family`, `addr16` and `length` of addresses or prefixes as `AssetMap.attribute` has them."""
    parsed = [ipaddress.ip_network(one) for one in networks]
    family = np.array([one.version for one in parsed], np.uint8)
    packed = [one.network_address.packed.ljust(16, b"\0") for one in parsed]
    addr16 = np.frombuffer(b"".join(packed), np.uint8).reshape(-1, 16)
    return family, addr16, np.array([one.prefixlen for one in parsed], np.uint8)

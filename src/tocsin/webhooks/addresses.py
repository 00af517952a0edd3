"""Which addresses a webhook may be sent to: only such as belong to somebody on the internet."""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA's registries of special-purpose addresses, and what older Pythons' `is_global` lets pass.
SPECIAL = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
SPECIAL_6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What this installation allows beyond the internet's addresses: networks, and host names."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()


def allowed(entries: Collection[str]) -> Allowed:
    """From texts such as `10.1.0.0/16`, `192.0.2.7` and `siem.authority.example`."""
    networks: list[Network] = []
    hosts = set()
    for entry in filter(None, (text.strip().lower() for text in entries)):
        try:
            networks.append(ip_network(entry))
        except ValueError:
            hosts.add(entry)
    return Allowed(tuple(networks), frozenset(hosts))


def may_send_to(text: str, host: str, own: Collection[Address], rules: Allowed) -> bool:
    """Whether `text`, one of the addresses that `host` resolved to, may be connected to.

    `own`: the installation's own addresses.  An address with a scope id is never a member's.
    """
    if "%" in text:
        return False
    address = ip_address(text)
    if host in rules.hosts or any(address in network for network in rules.networks):
        return True
    return is_public(address) and address not in own


def is_public(address: Address) -> bool:
    """An ordinary address of the internet that hides no other: no tunnel, no translation."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL)
    if address in NAT64:  # the translator sends on to the IPv4 address in its last 32 bits
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in GLOBAL_UNICAST and not any(address in network for network in SPECIAL_6)

"""The demo country: its providers, and the networks they answer for.

All addresses are reserved ones that belong to nobody: 198.18.0.0/15 (RFC 2544, benchmarks),
100.64.0.0/10 (RFC 6598, shared), 2001:db8::/32 (RFC 3849, documentation), with AS numbers for
private use (RFC 6996) and names under `.example` (RFC 2606).
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network

import numpy as np

from tocsin.demo.draw import Draw, Flags, Floats, Ints

NOBODY = -1
ISP_SPACE = IPv4Network("100.64.0.0/10")
HOSTING_SPACE = IPv4Network("198.18.0.0/15")
FIRST_ASN, FIRST_LONG_ASN, SHORT_ASNS = 64512, 4_200_000_000, 30
# The smallest providers are customers of the largest: their network lies inside another's.
CUSTOMERS = 8
# Registry entries that a manual one contradicts: (the provider, whom the registry still names).
SOLD_ON = ((9, 2), (16, 6), (21, 1))

# What the largest provider has passed on to a customer of its own: nothing is there by chance.
PASSED_ON = IPv4Network("100.65.5.0/29")


@dataclass(frozen=True)
class Provider:
    name: str
    kind: str
    region: str
    city: str
    asn: int

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"

    @property
    def email(self) -> str:
        return f"abuse@{self.domain}"

    @property
    def handle(self) -> str:
        return f"ORG-{self.slug.upper()[:20].strip('-')}-DEMO"


@dataclass(frozen=True)
class Network:
    """A prefix with its owner: an index into the providers, or `NOBODY`."""

    prefix: IPv4Network
    owner: int
    parent: int | None = None

    @property
    def first(self) -> int:
        return int(self.prefix.network_address)


@dataclass(frozen=True)
class Country:
    providers: tuple[Provider, ...]
    networks: tuple[Network, ...]

    def ipv6(self, owner: int) -> IPv6Network:
        """The provider's IPv6 network; `NOBODY` has one as well."""
        return IPv6Network((0x20010DB8 << 96 | (owner + 1) << 88, 40))

    def addresses(self, draw: Draw, weights: Floats, unclaimed: float, count: int) -> Ints:
        """`count` different IPv4 addresses, `unclaimed` of them (a share) of nobody's networks."""
        shares = np.append(weights / weights.sum() * (1 - unclaimed), unclaimed)
        firsts = np.array([network.first for network in self.networks])
        sizes = np.array([network.prefix.num_addresses for network in self.networks])
        owners = np.array([network.owner for network in self.networks]) % len(shares)
        held = np.bincount(owners, weights=sizes)
        chance = shares[owners] * sizes / held[owners]
        found = np.empty(0, dtype=np.int64)
        while len(found) < count:
            more = draw.pick(count, chance)
            hosts = firsts[more] + draw.integers(count, 1, sizes[more] - 1)
            both = np.concatenate([found, hosts[~passed_on(hosts)]])
            found = both[np.sort(np.unique(both, return_index=True)[1])]
        return found[:count]

    def owners(self, addresses: Ints) -> Ints:
        """Who answers for each IPv4 address; the most specific network wins."""
        answer = np.full(len(addresses), NOBODY, dtype=np.int64)
        for network in sorted(self.networks, key=lambda each: each.prefix.prefixlen):
            inside = addresses >= network.first
            inside &= addresses < network.first + network.prefix.num_addresses
            answer[inside] = network.owner
        return answer

    def weights(self, hosting: float) -> Floats:
        """How likely each provider is met (Zipf), hosting companies `hosting` times as likely."""
        ranks = np.arange(1, len(self.providers) + 1, dtype=np.float64)
        hosts = np.array([provider.kind == "hosting" for provider in self.providers])
        return np.asarray(np.where(hosts, hosting, 1.0) / ranks**0.9, dtype=np.float64)


def passed_on(addresses: Ints) -> Flags:
    """Which IPv4 addresses are in `PASSED_ON`."""
    first = int(PASSED_ON.network_address)
    inside = (addresses >= first) & (addresses < first + PASSED_ON.num_addresses)
    return np.asarray(inside, dtype=np.bool_)


@cache
def country() -> Country:
    """The country: fixed, so that its mails and pictures are the same whatever the seed."""
    table = tomllib.loads(files(__package__).joinpath("organisations.toml").read_text("utf-8"))
    providers = tuple(
        Provider(name, kind, region, city, _asn(at))
        for at, (name, kind, region, city) in enumerate(table["providers"])
    )
    return Country(providers, tuple(_networks(providers)))


def _asn(at: int) -> int:
    return FIRST_ASN + at if at < SHORT_ASNS else FIRST_LONG_ASN + at


def _networks(providers: tuple[Provider, ...]) -> list[Network]:
    networks = []
    starts = {"isp": int(ISP_SPACE.network_address), "hosting": int(HOSTING_SPACE.network_address)}
    sizes = {"isp": iter(_isp_lengths()), "hosting": iter(_hosting_lengths())}
    independent = len(providers) - CUSTOMERS
    for at, provider in enumerate(providers[:independent]):
        prefix = IPv4Network((starts[provider.kind], next(sizes[provider.kind])))
        starts[provider.kind] += prefix.num_addresses
        networks.append(Network(prefix, at))
    for at in range(independent, len(providers)):
        parent = networks[at - independent]
        third = parent.first + parent.prefix.num_addresses // 4 * 3
        networks.append(Network(IPv4Network((third, 23)), at, parent.owner))
    networks += [
        Network(IPv4Network("100.124.0.0/14"), NOBODY),
        Network(IPv4Network("198.19.192.0/18"), NOBODY),
    ]
    return networks


def _isp_lengths() -> list[int]:
    return [13] * 2 + [14] * 4 + [15] * 4 + [16] * 6 + [17] * 4 + [18] * 30


def _hosting_lengths() -> list[int]:
    return [18] + [19] * 3 + [20] * 4 + [21] * 6 + [22] * 30

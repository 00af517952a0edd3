"""The constituency: organisations whose sizes follow a Zipf law, and nested prefixes they own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.mixing import Words

NOBODY = -1
ZIPF = 0.9
IPV6_SHARE = 1 / 6
FIRST_AS = 4_200_000_000
_SHARES_V4 = {13: 2, 14: 4, 15: 8, 16: 150, 17: 150, 18: 200, 19: 400, 20: 500, 21: 500, 22: 1200}
_SHARES_V4 |= {23: 1000, 24: 5886}
_SHARES_V6 = {29: 100, 32: 1500, 36: 300, 40: 700, 44: 1000, 48: 5000, 56: 900, 64: 500}
# First octets with private, shared, test, loopback or multicast space are left out.
_OCTETS = [o for o in range(1, 224) if o not in (10, 100, 127, 169, 172, 192, 198, 203)]


@dataclass(frozen=True)
class Prefixes:
    """Prefixes of one family: `network` left-aligned in 64 bits (IPv6: its upper half),
    `length` in bits and `owner` the organisation's number; one entry each, none twice."""

    network: Words
    length: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Constituency:
    organisations: int
    v4: Prefixes
    v6: Prefixes


def organisation_name(number: int) -> str:
    return f"Operator {number:05d}"


def make(organisations: int, prefixes: int, seed: int = 0) -> Constituency:
    """`prefixes` networks in all, a sixth of them IPv6, many inside one another."""
    rng = np.random.default_rng([seed, organisations, prefixes])
    weights = np.arange(1, organisations + 1, dtype=np.float64) ** -ZIPF
    shares = np.cumsum(weights) / weights.sum()
    six = int(prefixes * IPV6_SHARE)
    v4 = _spread(rng, _SHARES_V4, prefixes - six, _random_v4)
    v6 = _spread(rng, _SHARES_V6, six, _random_v6)

    def owned(networks: tuple[Words, npt.NDArray[np.int64]]) -> Prefixes:
        owner = np.searchsorted(shares, rng.random(len(networks[0])), side="right")
        # Every organisation owns something, so that none is left out of the alerts.
        given = min(organisations, len(owner))
        owner[rng.permutation(len(owner))[:given]] = np.arange(given)
        return Prefixes(networks[0], networks[1], owner.astype(np.int64))

    return Constituency(organisations, owned(v4), owned(v6))


def _spread(
    rng: np.random.Generator,
    shares: dict[int, int],
    total: int,
    draw: Callable[[np.random.Generator, int], Words],
) -> tuple[Words, npt.NDArray[np.int64]]:
    scale = sum(shares.values())
    networks: list[Words] = []
    lengths: list[npt.NDArray[np.int64]] = []
    planned = given = 0
    for length, share in shares.items():
        planned += share
        # What a short length had no room for is given to the next one.
        wanted = total * planned // scale - given
        found = np.unique(_masked(draw(rng, wanted + wanted // 8 + 16), length))
        found = rng.permutation(found)[:wanted]
        given += len(found)
        networks.append(found)
        lengths.append(np.full(len(found), length, dtype=np.int64))
    return np.concatenate(networks), np.concatenate(lengths)


def _random_v4(rng: np.random.Generator, count: int) -> Words:
    octet = rng.choice(np.array(_OCTETS, dtype=np.uint64), count)
    rest = rng.integers(0, 1 << 24, count, dtype=np.uint64)
    return (octet << np.uint64(56)) | (rest << np.uint64(32))


def _random_v6(rng: np.random.Generator, count: int) -> Words:
    block = rng.integers(0x2A00, 0x2A10, count, dtype=np.uint64)
    # 16 bits in two steps of 8 keep the blocks crowded, so that many prefixes are nested.
    member = rng.integers(0, 1 << 12, count, dtype=np.uint64)
    rest = rng.integers(0, 1 << 32, count, dtype=np.uint64)
    return (block << np.uint64(48)) | (member << np.uint64(32)) | rest


def _masked(values: Words, length: int) -> Words:
    return values & np.uint64((0xFFFF_FFFF_FFFF_FFFF << (64 - length)) & 0xFFFF_FFFF_FFFF_FFFF)


def owners(prefixes: Prefixes, addresses: Words) -> npt.NDArray[np.int64]:
    """Who owns the most specific prefix around each address, or NOBODY.

    Looks every length up on its own, longest first: slow beside Tocsin's way and independent of it.
    """
    owner = np.full(len(addresses), NOBODY, dtype=np.int64)
    for length in sorted(set(prefixes.length.tolist()), reverse=True):
        chosen = prefixes.length == length
        order = np.argsort(prefixes.network[chosen])
        networks, holders = prefixes.network[chosen][order], prefixes.owner[chosen][order]
        open_ = np.flatnonzero(owner == NOBODY)
        wanted = _masked(addresses[open_], length)
        at = np.minimum(np.searchsorted(networks, wanted), len(networks) - 1)
        hit = networks[at] == wanted
        owner[open_[hit]] = holders[at[hit]]
    return owner


def write(constituency: Constituency, folder: Path) -> None:
    """Writes organisations.csv and assets.csv, which `tocsin` imports."""
    numbers = range(constituency.organisations)
    names = [organisation_name(n) for n in numbers]
    pl.DataFrame(
        {
            "name": names,
            "kind": ["isp" if n % 3 else "hosting" for n in numbers],
            "region": [""] * len(names),
            "sector": [""] * len(names),
            "email": [f"abuse@operator{n:05d}.example" for n in numbers],
        }
    ).write_csv(folder / "organisations.csv")
    assets = [_v4_text(constituency.v4), _v6_text(constituency.v6)]
    owner = np.concatenate([constituency.v4.owner, constituency.v6.owner])
    pl.DataFrame(
        {"organisation": pl.Series(names).gather(owner), "asset": pl.concat(assets)}
    ).with_columns(valid_from=pl.lit("2020-01-01"), valid_to=pl.lit("")).write_csv(
        folder / "assets.csv"
    )


def _v4_text(prefixes: Prefixes) -> pl.Series:
    return joined([dotted(prefixes.network), _text(prefixes.length)], "/")


def _v6_text(prefixes: Prefixes) -> pl.Series:
    return joined([groups(prefixes.network), "::/" + _text(prefixes.length)], "")


_BYTES = pl.Series([str(n) for n in range(256)])
_GROUPS = pl.Series([f"{n:x}" for n in range(65536)])


def _text(numbers: npt.NDArray[np.int64]) -> pl.Series:
    return pl.Series(numbers).cast(pl.String)


def joined(parts: list[pl.Series], separator: str) -> pl.Series:
    columns = {str(n): part for n, part in enumerate(parts)}
    return pl.select(pl.concat_str(list(columns.values()), separator=separator)).to_series()


def dotted(addresses: Words) -> pl.Series:
    """IPv4 addresses, left-aligned in 64 bits, as text."""
    octets = [(addresses >> np.uint64(shift)) & np.uint64(255) for shift in (56, 48, 40, 32)]
    return joined([_BYTES.gather(octet.astype(np.int64)) for octet in octets], ".")


def groups(words: Words) -> pl.Series:
    """The four groups of one half of an IPv6 address, as text."""
    parts = [(words >> np.uint64(shift)) & np.uint64(0xFFFF) for shift in (48, 32, 16, 0)]
    return joined([_GROUPS.gather(part.astype(np.int64)) for part in parts], ":")

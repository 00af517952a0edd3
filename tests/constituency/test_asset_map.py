"""The map answers exactly as looking at every asset would, and follows the stated precedence."""

import ipaddress
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.constituency.map_samples import Held, ask, expected, table
from tocsin.constituency.asset_map import AssetMap, Responsible


def _asked(
    held: list[Held], networks: list[str], at: list[int], asn: list[int] | None = None
) -> Responsible:
    family, addr16, length = ask(*networks)
    asns = np.array(asn or [0] * len(networks), np.int64)
    asset_map = AssetMap.build(table(*held))
    return asset_map.attribute(family, addr16, np.array(at, np.int64), asns, length)


def _one(held: list[Held], network: str, at: int = 0, asn: int = 0) -> tuple[int, int]:
    found = _asked(held, [network], [at], [asn])
    return int(found.organisation[0]), int(found.asset[0])


class TestPrecedence:
    def test_nobody_holds_anything(self) -> None:
        assert _one([], "192.0.2.1") == (0, 0)
        assert _one([], "2001:db8::1") == (0, 0)

    def test_most_specific_prefix_wins(self) -> None:
        held = [Held(1, 10, "198.18.0.0/15"), Held(2, 20, "198.18.7.0/24")]
        assert _one(held, "198.18.7.255") == (20, 2)
        assert _one(held, "198.18.8.0") == (10, 1)
        assert _one(held, "198.20.0.0") == (0, 0)

    def test_manual_prefix_beats_a_more_specific_import(self) -> None:
        held = [Held(1, 10, "198.18.0.0/16"), Held(2, 20, "198.18.7.0/24", manual=False)]
        assert _one(held, "198.18.7.1") == (10, 1)

    def test_manual_asn_beats_an_imported_prefix(self) -> None:
        held = [Held(1, 10, "AS64500"), Held(2, 20, "198.18.7.0/24", manual=False)]
        assert _one(held, "198.18.7.1", asn=64500) == (10, 1)
        assert _one(held, "198.18.7.1", asn=64501) == (20, 2)

    def test_prefix_beats_asn_within_a_layer(self) -> None:
        held = [Held(1, 10, "AS64500"), Held(2, 20, "198.18.0.0/15")]
        assert _one(held, "198.18.7.1", asn=64500) == (20, 2)

    def test_imported_asn_comes_last(self) -> None:
        held = [Held(1, 10, "AS64500", manual=False), Held(2, 20, "198.18.0.0/15", manual=False)]
        assert _one(held, "198.18.7.1", asn=64500) == (20, 2)
        assert _one(held, "203.0.113.1", asn=64500) == (10, 1)

    def test_of_equal_prefixes_the_one_valid_later_wins_then_the_one_entered_later(self) -> None:
        held = [
            Held(5, 50, "192.0.2.0/24", valid_from=100),
            Held(6, 60, "192.0.2.0/24"),
            Held(7, 70, "192.0.2.0/24"),
        ]
        assert _one(held, "192.0.2.9", at=99) == (70, 7)
        assert _one(held, "192.0.2.9", at=100) == (50, 5)

    def test_row_without_an_address_goes_by_its_asn(self) -> None:
        asset_map = AssetMap.build(table(Held(1, 10, "AS64500")))
        nothing = np.zeros(1, np.int64)
        found = asset_map.attribute(
            np.zeros(1, np.uint8), np.zeros((1, 16), np.uint8), nothing, np.array([64500])
        )
        assert found.organisation.tolist() == [10]

    def test_unknown_asn_belongs_to_nobody(self) -> None:
        assert _one([Held(1, 10, "AS64500")], "192.0.2.1", asn=0) == (0, 0)


class TestValidity:
    HELD = [
        Held(1, 10, "198.18.0.0/15", valid_from=0, valid_to=1_000),
        Held(2, 20, "198.18.7.0/24", valid_from=100, valid_to=200),
    ]

    @pytest.mark.parametrize(
        ("at", "asset"), [(-1, 0), (0, 1), (99, 1), (100, 2), (199, 2), (200, 1), (1_000, 0)]
    )
    def test_start_counts_and_end_does_not(self, at: int, asset: int) -> None:
        assert _one(self.HELD, "198.18.7.7", at)[1] == asset

    def test_ended_manual_asset_leaves_the_field_to_the_import(self) -> None:
        held = [*self.HELD, Held(3, 30, "198.18.0.0/16", manual=False)]
        assert _one(held, "198.18.7.7", 5_000) == (30, 3)


class TestWholePrefixes:
    HELD = [
        Held(1, 10, "198.18.0.0/16"),
        Held(2, 20, "198.18.0.0/24"),
        Held(3, 30, "2001:db8::/32"),
    ]

    @pytest.mark.parametrize(
        ("network", "asset"),
        [
            ("198.18.0.0/25", 2),
            ("198.18.0.0/24", 2),
            ("198.18.0.0/23", 1),
            ("198.18.0.0/15", 0),
            ("2001:db8::/32", 3),
            ("2001:db8::/31", 0),
        ],
    )
    def test_asset_must_cover_all_of_it(self, network: str, asset: int) -> None:
        assert _one(self.HELD, network)[1] == asset


class TestEdges:
    @pytest.mark.parametrize(
        "value", ["0.0.0.0/0", "0.0.0.0/32", "255.255.255.255/32", "128.0.0.0/1", "::/0", "::/128"]
    )
    def test_first_and_last_address(self, value: str) -> None:
        network = ipaddress.ip_network(value)
        for address in (network[0], network[-1]):
            assert _one([Held(1, 10, value)], str(address)) == (10, 1)

    def test_last_ipv6_network(self) -> None:
        held = [Held(1, 10, "ffff::/16"), Held(2, 20, "ffff:ffff:ffff:ffff::/64")]
        assert _one(held, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == (20, 2)
        assert _one(held, "ffff:ffff:ffff:fffe:ffff:ffff:ffff:ffff") == (10, 1)

    def test_prefixes_longer_than_64(self) -> None:
        held = [
            Held(1, 10, "2001:db8:0:1::/64"),
            Held(2, 20, "2001:db8:0:1::80/121"),
            Held(3, 30, "2001:db8:0:1::ff/128"),
        ]
        found = _asked(
            held,
            ["2001:db8:0:1::7f", "2001:db8:0:1::80", "2001:db8:0:1::ff", "2001:db8:0:1:1::"],
            [0, 0, 0, 0],
        )
        assert found.asset.tolist() == [1, 2, 3, 1]
        assert _one(held, "2001:db8:0:2::80") == (0, 0)

    def test_long_prefix_apart_from_any_other(self) -> None:
        held = [Held(1, 10, "2001:db8::5/128"), Held(2, 20, "2001:db8:1::/48")]
        found = _asked(held, ["2001:db8::4", "2001:db8::5", "2001:db8::6"], [0, 0, 0])
        assert found.asset.tolist() == [0, 1, 0]
        assert _one(held, "2001:db8:1:ffff:ffff::") == (20, 2)


class TestDomains:
    HELD = [
        Held(1, 10, "example.org"),
        Held(2, 20, "shop.example.org", valid_from=100),
        Held(3, 30, "example.net", manual=False),
        Held(4, 40, "sub.example.org", manual=False),
        Held(5, 50, "@example.org"),
    ]

    @pytest.mark.parametrize(
        ("domain", "at", "asset"),
        [
            ("example.org", 0, 1),
            ("www.example.org", 0, 1),
            ("a.shop.example.org", 100, 2),
            ("a.shop.example.org", 99, 1),
            ("notexample.org", 0, 0),
            ("org", 0, 0),
            ("x.example.net", 0, 3),
            ("sub.example.org", 0, 1),
            ("", 0, 0),
        ],
    )
    def test_longest_name_then_manual_first(self, domain: str, at: int, asset: int) -> None:
        asset_map = AssetMap.build(table(*self.HELD))
        found = asset_map.responsible_domains([domain], np.array([at], np.int64))
        assert found.asset.tolist() == [asset]

    def test_mail_domains_are_apart_from_domains(self) -> None:
        asset_map = AssetMap.build(table(*self.HELD))
        asked = ["example.org", "mail.example.org", "example.net"]
        found = asset_map.responsible_email_domains(asked, np.zeros(3, np.int64))
        assert found.asset.tolist() == [5, 5, 0]
        assert found.organisation.tolist() == [50, 50, 0]


def test_candidates_come_in_order_of_precedence_whether_valid_or_not() -> None:
    held = [
        Held(1, 10, "198.18.0.0/15", manual=False),
        Held(2, 10, "198.18.0.0/16", valid_to=-5),
        Held(3, 10, "198.18.0.0/24", manual=False),
        Held(4, 10, "AS64500"),
        Held(5, 10, "2001:db8::/32"),
        Held(6, 10, "example.org"),
        Held(7, 10, "@example.org"),
    ]
    asset_map = AssetMap.build(table(*held))
    assert asset_map.candidates_v4(int(ipaddress.ip_address("198.18.0.1")), 64500) == [2, 4, 3, 1]
    assert asset_map.candidates_v6(0x20010DB8 << 32, 1) == [5]
    assert asset_map.candidates_v6(0x20010DB9 << 32, 1) == []
    assert asset_map.candidates_domain("a.example.org") == [6]
    assert asset_map.candidates_email_domain("example.org") == [7]


def _networks(version: int) -> st.SearchStrategy[str]:
    """Few enough bits vary that the prefixes nest, repeat and touch one another."""
    bits, lengths = (32, st.integers(0, 32)) if version == 4 else (128, st.integers(0, 128))
    first = st.integers(0, 15).map(lambda top: top << (bits - 4))
    last = st.integers(0, 7)
    middle = st.integers(0, 3).map(lambda some: some << (bits // 2))

    def network(parts: tuple[int, int, int, int]) -> str:
        address, length = parts[0] | parts[1] | parts[2], parts[3]
        return str(ipaddress.ip_network((address, length), strict=False))

    return st.tuples(first, middle, last, lengths).map(network)


def _holdings(value: st.SearchStrategy[str]) -> st.SearchStrategy[list[Held]]:
    times = st.integers(0, 10)
    parts = st.tuples(value, st.booleans(), times, times)

    def numbered(rows: list[tuple[str, bool, int, int]]) -> list[Held]:
        return [Held(k, k * 10, *row) for k, row in enumerate(rows, start=1)]

    return st.lists(parts, max_size=25).map(numbered)


@pytest.mark.parametrize("version", [4, 6])
def test_random_nested_assets_answer_as_brute_force(version: int) -> None:
    value = st.one_of(_networks(version), st.integers(1, 3).map("AS{}".format))
    asked = st.lists(
        st.tuples(_networks(version), st.integers(0, 10), st.integers(0, 3)), min_size=1
    )

    @given(_holdings(value), asked)
    @settings(max_examples=200, deadline=None)
    def check(held: list[Held], questions: list[tuple[str, int, int]]) -> None:
        networks, at, asn = (list(column) for column in zip(*questions, strict=True))
        found = _asked(held, networks, at, asn)
        assert found.asset.tolist() == [expected(held, *one) for one in questions]
        assert (found.organisation == found.asset * 10).all()

    check()


def _v4(rng: random.Random) -> tuple[int, int]:
    return rng.randrange(198 << 24, 200 << 24), rng.choice([10, 12, 14, 16, 18, 19, 20, 22, 24, 32])


def _v6(rng: random.Random) -> tuple[int, int]:
    address = (0x20010DB8 << 96) | rng.getrandbits(24) << 72 | rng.getrandbits(4)
    return address, rng.choice([40, 42, 44, 48, 56, 64, 120, 126, 128])


@pytest.mark.parametrize(("draw", "bits"), [(_v4, 32), (_v6, 128)])
def test_ten_thousand_addresses_against_brute_force(
    draw: Callable[[random.Random], tuple[int, int]], bits: int
) -> None:
    rng = random.Random(bits)
    held = [_random_asset(rng, k, *draw(rng)) for k in range(1, 301)]
    edges = [edge for one in held for edge in (one.network[0], one.network[-1])]
    drawn = [str(ipaddress.ip_network((draw(rng)[0], bits))) for _ in range(5_000)]
    asked = drawn + [str(rng.choice(edges)) for _ in range(5_000)]
    questions = [(network, rng.randrange(10)) for network in asked]
    found = _asked(held, asked, [at for _, at in questions])
    assert found.asset.tolist() == [expected(held, *one) for one in questions]
    assert 1_000 < np.count_nonzero(found.asset) < 10_000


def _random_asset(rng: random.Random, number: int, address: int, length: int) -> Held:
    bits = 32 if address < 1 << 32 else 128
    network = ipaddress.ip_network((address >> (bits - length) << (bits - length), length))
    start = rng.randrange(10)
    return Held(number, number % 7 + 1, str(network), rng.random() < 0.3, start, start + 4)

from ipaddress import IPv4Address, IPv6Address, ip_address

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.addresses import parse_address, parse_addresses, parse_prefix

ADDRESSES = st.ip_addresses()


def back(family: int, packed: bytes) -> IPv4Address | IPv6Address:
    return ip_address(packed[:4] if family == 4 else packed)


@given(st.lists(ADDRESSES, min_size=1, max_size=20))
def test_a_column_gives_each_address(addresses: list[IPv4Address | IPv6Address]) -> None:
    family, packed = parse_addresses(pa.array([str(one) for one in addresses]))
    for one, version, row in zip(addresses, family.tolist(), packed, strict=True):
        mapped = getattr(one, "ipv4_mapped", None)
        if not int(mapped or one):
            assert version == 0
        else:
            assert back(version, row.tobytes()) == (mapped or one)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1, 192.0.2.2", "192.0.2.1"),
        ("unknown; 192.0.2.2", "192.0.2.2"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ('"192.0.2.1"', "192.0.2.1"),
    ],
)
def test_what_feeds_write_into_an_address_field(text: str, meant: str) -> None:
    assert back(*parse_address(text)) == ip_address(meant)


@pytest.mark.parametrize(
    "text",
    ["", "0", "0.0.0.0", "::", "192.0.2", "192.0.2.300", "192.0.2.1.5", "010.0.0.1", "x"],  # noqa: S104
)
def test_what_is_no_address(text: str) -> None:
    assert parse_address(text)[0] == 0
    family, _ = parse_addresses(pa.array([text]))
    assert family.tolist() == [0]


@given(
    st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=8),
    st.lists(st.text(st.sampled_from("0123456789."), max_size=9), max_size=2),
    st.integers(0, 3),
)
def test_a_column_of_ipv4_reads_as_its_rows_do(
    plain: list[str], strange: list[str], skipped: int
) -> None:
    texts = [*plain, *strange]
    family, packed = parse_addresses(pa.array(texts)[skipped:])
    rows = [parse_address(text) for text in texts[skipped:]]
    assert family.tolist() == [version for version, _ in rows]
    assert [row.tobytes() for row in packed] == [address for _, address in rows]


def test_one_bad_or_missing_value_costs_only_its_row() -> None:
    family, packed = parse_addresses(pa.array(["192.0.2.1", None, "bad", "2001:db8::1"]))
    assert family.tolist() == [4, 0, 0, 6]
    assert packed[0, :4].tolist() == [192, 0, 2, 1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("192.0.2.0/24", (4, bytes([192, 0, 2, 0]), 24)),
        ("192.0.2.77/24", (4, bytes([192, 0, 2, 0]), 24)),
        ("192.0.2.1", (4, bytes([192, 0, 2, 1]), 32)),
        ("nonsense", (0, b"", 0)),
    ],
)
def test_prefixes(text: str, found: tuple[int, bytes, int]) -> None:
    family, packed, bits = parse_prefix(text)
    assert (family, packed, bits) == (found[0], found[1].ljust(16, b"\0"), found[2])

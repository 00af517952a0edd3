"""One form for every way of writing an asset, and a refusal that says what to write instead."""

import ipaddress
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.constituency.asset_names import range_prefixes, read_asset
from tocsin.constituency.asset_table import Form
from tocsin.refused import RefusalError


@pytest.mark.parametrize(
    ("text", "form", "kept"),
    [
        ("AS64500", Form.ASN, "AS64500"),
        (" as 64500 ", Form.ASN, "AS64500"),
        ("ASN64500", Form.ASN, "AS64500"),
        ("64500", Form.ASN, "AS64500"),
        ("AS4.10", Form.ASN, "AS262154"),
        ("192.0.2.0/24", Form.IPV4, "192.0.2.0/24"),
        ("192.0.2.1", Form.IPV4, "192.0.2.1/32"),
        ("192.0.2.1/32", Form.IPV4, "192.0.2.1/32"),
        ("192.0.2.0/255.255.255.0", Form.IPV4, "192.0.2.0/24"),
        ("2001:DB8:0::/32", Form.IPV6, "2001:db8::/32"),
        ("2001:db8::5", Form.IPV6, "2001:db8::5/128"),
        ("example.org", Form.DOMAIN, "example.org"),
        ("Example.ORG.", Form.DOMAIN, "example.org"),
        ("*.example.org", Form.DOMAIN, "example.org"),
        ("bücher.example", Form.DOMAIN, "xn--bcher-kva.example"),
        ("my-shop.example.org", Form.DOMAIN, "my-shop.example.org"),
        ("_dmarc.example.org", Form.DOMAIN, "_dmarc.example.org"),
        ("@Example.org", Form.EMAIL_DOMAIN, "@example.org"),
    ],
)
def test_an_asset_has_one_form(text: str, form: Form, kept: str) -> None:
    assert read_asset(text) == [(form, kept)]
    assert read_asset(kept) == [(form, kept)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("192.0.2.0-192.0.2.255", ["192.0.2.0/24"]),
        ("192.0.2.0 - 192.0.2.95", ["192.0.2.0/26", "192.0.2.64/27"]),
        ("192.0.2.1-192.0.2.2", ["192.0.2.1/32", "192.0.2.2/32"]),
        ("2001:db8:: - 2001:db9:ffff:ffff:ffff:ffff:ffff:ffff", ["2001:db8::/31"]),
        ("AS64500-AS64502", ["AS64500", "AS64501", "AS64502"]),
    ],
)
def test_a_range_is_several_assets(text: str, kept: list[str]) -> None:
    assert [asset.text for asset in read_asset(text)] == kept


@pytest.mark.parametrize(
    ("text", "reason", "says"),
    [
        ("", "no-asset", "empty"),
        ("192.0.2.1/24", "host-bits-set", "write 192.0.2.0/24"),
        ("2001:db8::1/32", "host-bits-set", "write 2001:db8::/32"),
        ("192.0.2.0/33", "not-an-address", "192.0.2.0/24"),
        ("192.0.2.0/024x", "not-an-address", "not a network"),
        ("192.0.2.256", "not-an-address", "neither an address nor a domain"),
        ("192.0.2", "not-an-address", "neither an address nor a domain"),
        ("::ffff:192.0.2.0/120", "not-an-address", "write it as IPv4"),
        ("0.0.0.0/0", "too-wide", "any one organisation"),
        ("::/0", "too-wide", "any one organisation"),
        ("0.0.0.0-255.255.255.255", "too-wide", "any one organisation"),
        ("192.0.2.9-192.0.2.1", "bad-range", "not before"),
        ("192.0.2.9-2001:db8::", "bad-range", "not before"),
        ("AS0", "bad-asn", "not an AS number"),
        ("AS4294967295", "bad-asn", "not an AS number"),
        ("AS5-AS4", "bad-range", "not a range"),
        ("AS1-AS4000000", "bad-range", "not a range"),
        ("org", "not-a-domain", "example.org"),
        ("-a.example", "not-a-domain", "example.org"),
        ("exa mple.org", "not-a-domain", "example.org"),
        ("a..example.org", "not-a-domain", "example.org"),
        ("\udcff.example", "not-a-domain", "not a domain"),
        (f"{'a' * 64}.example", "not-a-domain", "example.org"),
        ("abuse@example.org", "not-an-asset", "write @example.org"),
    ],
)
def test_refusals_say_what_to_write(text: str, reason: str, says: str) -> None:
    with pytest.raises(RefusalError, match=says) as refusal:
        read_asset(text)
    assert refusal.value.reason == reason


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_prefixes_of_a_range_are_exactly_the_range(one: int, other: int) -> None:
    first, last = sorted((one, other))
    expected = ipaddress.summarize_address_range(
        ipaddress.IPv4Address(first), ipaddress.IPv4Address(last)
    )
    found = [asset.text for asset in range_prefixes(Form.IPV4, first, last)]
    assert found == [str(network) for network in expected]


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(RefusalError):
        assert read_asset(text)

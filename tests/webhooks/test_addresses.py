"""Which addresses may be sent to: every kind that leads somewhere else than to the internet."""

from ipaddress import ip_address

import pytest

from tocsin.webhooks.addresses import Allowed, allowed, is_public, may_send_to

PUBLIC = [
    "8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.255",
    "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808",
]  # fmt: skip
REFUSED = {
    "this network": ["0.0.0.0", "0.1.2.3"],  # noqa: S104
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "link-local": ["169.254.169.254", "fe80::1", "febf::1"],
    "protocol assignments": ["192.0.0.1", "192.0.0.192", "192.88.99.1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "e000::1"],
    "unspecified": ["::"],
    "unique local": ["fc00::1", "fd12:3456::1", "fd00:ec2::254"],
    "site-local": ["fec0::1"],
    "discard": ["100::1"],
    "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"],
    "IPv4-compatible": ["::127.0.0.1", "::8.8.8.8"],
    "IPv4-translated": ["::ffff:0:127.0.0.1"],
    "6to4": ["2002:7f00:1::1", "2002:a00:1::1", "2002:808:808::1"],
    "Teredo": ["2001:0:53aa:64c:0:0:80ff:fffe"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1"],
    "ISATAP, under a private prefix": ["fd00::5efe:7f00:1"],
    "segment routing": ["5f00::1"],
}


@pytest.mark.parametrize("text", PUBLIC)
def test_addresses_on_the_internet(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    ("family", "text"), [(family, text) for family, texts in REFUSED.items() for text in texts]
)
def test_addresses_that_lead_elsewhere(family: str, text: str) -> None:
    assert not is_public(ip_address(text)), family


@pytest.mark.parametrize(
    ("entries", "address", "host", "may"),
    [
        ([], "10.1.2.3", "siem.example", False),
        (["10.1.0.0/16"], "10.1.2.3", "siem.example", True),
        (["10.1.0.0/16"], "10.2.2.3", "siem.example", False),
        (["10.1.2.3"], "10.1.2.3", "siem.example", True),
        (["SIEM.example "], "10.1.2.3", "siem.example", True),
        (["siem.example"], "10.1.2.3", "other.siem.example", False),
        (["fd00::/8"], "fd00::1", "siem.example", True),
        (["fd00::/8"], "10.1.2.3", "siem.example", False),
        (["127.0.0.0/8"], "::ffff:127.0.0.1", "siem.example", False),
        (["fe80::/10"], "fe80::1%eth0", "siem.example", False),
        (["", " "], "8.8.8.8", "siem.example", True),
    ],
)
def test_what_the_installation_allows(
    entries: list[str], address: str, host: str, may: bool
) -> None:
    assert may_send_to(address, host, (), allowed(entries)) is may


def test_the_installations_own_addresses_are_refused() -> None:
    own = [ip_address("8.8.8.8")]
    assert not may_send_to("8.8.8.8", "tocsin.example", own, Allowed())
    assert may_send_to("8.8.8.8", "tocsin.example", own, allowed(["8.8.8.8"]))

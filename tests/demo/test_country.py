from ipaddress import IPv4Address, IPv4Network

import pytest

from tocsin.demo.country import (
    CUSTOMERS,
    HOSTING_SPACE,
    ISP_SPACE,
    NOBODY,
    SOLD_ON,
    Country,
    country,
)
from tocsin.demo.draw import Draw


@pytest.fixture
def land() -> Country:
    return country()


def test_fifty_providers_with_names_and_numbers_of_their_own(land: Country) -> None:
    assert len(land.providers) == 50
    for attribute in ("name", "domain", "asn", "handle", "slug"):
        assert len({getattr(each, attribute) for each in land.providers}) == 50, attribute


def test_every_region_has_a_provider(land: Country) -> None:
    assert len({provider.region for provider in land.providers}) == 12


def test_nothing_is_used_that_could_belong_to_anybody(land: Country) -> None:
    for provider in land.providers:
        assert 64512 <= provider.asn <= 65534 or 4_200_000_000 <= provider.asn <= 4_294_967_294
        assert provider.domain.endswith(".example")
    for network in land.networks:
        assert network.prefix.subnet_of(ISP_SPACE) or network.prefix.subnet_of(HOSTING_SPACE)
    for owner in range(NOBODY, 50):
        assert land.ipv6(owner).exploded.startswith("2001:0db8:")


def test_networks_overlap_only_where_a_customer_is_inside_its_provider(land: Country) -> None:
    for network in land.networks:
        over = [each for each in land.networks if each.prefix.overlaps(network.prefix)]
        if network.parent is not None:
            assert sorted(each.owner for each in over) == sorted([network.owner, network.parent])
        elif len(over) > 1:
            assert all(each.parent == network.owner for each in over if each is not network)
    assert sum(network.parent is not None for network in land.networks) == CUSTOMERS


def test_owners_agree_with_a_plain_search(land: Country) -> None:
    hosts = land.addresses(Draw(5, "t"), land.weights(2.0), 0.05, 500)
    for host, owner in zip(hosts.tolist(), land.owners(hosts).tolist(), strict=True):
        inside = [each for each in land.networks if IPv4Address(host) in each.prefix]
        assert owner == max(inside, key=lambda each: each.prefix.prefixlen).owner


def test_addresses_are_different_and_some_are_nobodys(land: Country) -> None:
    hosts = land.addresses(Draw(6, "t"), land.weights(1.0), 0.03, 20_000)
    assert len(set(hosts.tolist())) == 20_000
    nobodys = (land.owners(hosts) == NOBODY).mean()
    assert 0.02 < nobodys < 0.04


def test_the_largest_provider_has_many_times_the_smallests_threats(land: Country) -> None:
    weights = land.weights(1.0)
    assert 25 < weights[0] / weights[-1] < 50


def test_the_registry_is_wrong_about_networks_that_exist(land: Country) -> None:
    for now, before in SOLD_ON:
        assert now != before
        assert any(each.owner == now and each.parent is None for each in land.networks)


def test_an_unclaimed_network_lies_apart(land: Country) -> None:
    free = [each.prefix for each in land.networks if each.owner == NOBODY]
    assert free == [IPv4Network("100.124.0.0/14"), IPv4Network("198.19.192.0/18")]

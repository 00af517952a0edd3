"""The lists that the demo imports: whole, at odds where they should be, and nobody's in truth."""

from collections import Counter
from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.demo.reader import table
from tocsin.constituency.readers.delegated import read_delegated
from tocsin.constituency.registry_rows import HeldAsset
from tocsin.demo.country import SOLD_ON, country
from tocsin.demo.registry import (
    write_assets,
    write_former,
    write_organisations,
    write_registry,
)

RESERVED = [ip_network(each) for each in ("198.18.0.0/15", "100.64.0.0/10", "2001:db8::/32")]
PRIVATE_ASNS = (range(64512, 65535), range(4_200_000_000, 4_294_967_295))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_organisations(tmp_path / "organisations.csv", country())
    write_assets(tmp_path / "assets.csv", country())
    write_registry(tmp_path / "registry.txt", country(), date(2026, 9, 24))
    return tmp_path


def _registry(folder: Path) -> list[list[str]]:
    return [line.split("|") for line in (folder / "registry.txt").read_text().splitlines()]


def test_the_registry_states_how_many_records_it_has(folder: Path) -> None:
    head, *rest = _registry(folder)
    records = [fields for fields in rest if fields[-1] != "summary"]
    assert head[:4] == ["2", "demo", "20260924", str(len(records))]
    counted = Counter(fields[2] for fields in records)
    summaries = {fields[2]: int(fields[4]) for fields in rest if fields[-1] == "summary"}
    assert summaries == counted


def test_the_registry_is_read_without_a_refusal(folder: Path) -> None:
    with (folder / "registry.txt").open("rb") as file:
        items = list(read_delegated(file, "GB"))
    assert all(isinstance(item, HeldAsset) for item in items)
    handles = {item.handles[0] for item in items if isinstance(item, HeldAsset)}
    assert handles <= {each.handle for each in country().providers}


def test_three_records_name_the_holder_of_before(folder: Path) -> None:
    by_start = {
        fields[3]: fields[7]
        for fields in _registry(folder)
        if fields[2] == "ipv4" and len(fields) > 7
    }
    providers = country().providers
    for sold, still in SOLD_ON:
        (network,) = [each for each in country().networks if each.owner == sold]
        assert by_start[str(network.prefix.network_address)] == providers[still].handle


def test_customers_networks_are_on_the_list_and_not_in_the_registry(folder: Path) -> None:
    listed = {row["asset"] for row in table((folder / "assets.csv").read_text())}
    starts = {fields[3] for fields in _registry(folder)}
    inner = [each for each in country().networks if each.parent is not None]
    assert inner
    for network in inner:
        assert str(network.prefix) in listed
        assert str(network.prefix.network_address) not in starts


def test_each_provider_has_a_name_an_address_and_a_handle_of_its_own(folder: Path) -> None:
    rows = table((folder / "organisations.csv").read_text("utf-8"))
    assert len(rows) == len(country().providers) == 50
    for column in ("name", "email", "handle"):
        assert len({row[column].casefold() for row in rows}) == len(rows), column


def test_nothing_of_it_belongs_to_anybody(folder: Path) -> None:
    for row in table((folder / "assets.csv").read_text("utf-8")):
        asset = row["asset"]
        if "/" in asset:
            network = ip_network(asset)
            same = [each for each in RESERVED if each.version == network.version]
            assert any(network.subnet_of(each) for each in same), asset  # type: ignore[arg-type]
        elif asset.startswith("AS"):
            assert any(int(asset[2:]) in numbers for numbers in PRIVATE_ASNS), asset
        else:
            assert asset.endswith(".example"), asset
    for row in table((folder / "organisations.csv").read_text("utf-8")):
        assert row["email"].endswith(".example")


def test_what_was_given_back_is_nobodys_since_long_before(tmp_path: Path) -> None:
    write_former(tmp_path / "former.csv", country())
    rows = table((tmp_path / "former.csv").read_text())
    nobodys = [each.prefix for each in country().networks if each.owner < 0]
    assert rows
    for row in rows:
        assert any(ip_network(row["asset"]).subnet_of(each) for each in nobodys)  # type: ignore[arg-type]
        assert row["valid_to"] < "2026-01-01"

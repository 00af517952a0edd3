"""The demo country's own lists (organisations, assets), and what a registry says about it."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from tocsin.demo.country import SOLD_ON, Country

SINCE, GIVEN_BACK = "2024-01-01", "2025-12-31"


def write_organisations(path: Path, country: Country) -> None:
    """`handle` is what the registry calls each of them."""
    rows = [
        (each.name, each.kind, each.region, "telecommunications", each.email, each.handle)
        for each in country.providers
    ]
    _write(path, ("name", "kind", "region", "sector", "email", "handle"), rows)


def write_assets(path: Path, country: Country) -> None:
    """What the organisations told the authority: manual entries, which beat the registry's."""
    rows = []
    for at, provider in enumerate(country.providers):
        assets = [f"AS{provider.asn}", str(country.ipv6(at)), provider.domain]
        assets += [f"@{provider.domain}"]
        rows += [(provider.name, asset, SINCE, "") for asset in assets]
    rows += [
        (country.providers[network.owner].name, str(network.prefix), SINCE, "")
        for network in country.networks
        if network.owner >= 0
    ]
    _write(path, ("organisation", "asset", "valid_from", "valid_to"), rows)


def write_former(path: Path, country: Country) -> None:
    """What two of them gave back, and nobody has said yet who has it now."""
    rows = [
        (country.providers[at].name, prefix, SINCE, GIVEN_BACK)
        for at, prefix in ((4, "100.125.0.0/16"), (6, "198.19.192.0/19"))
    ]
    _write(path, ("organisation", "asset", "valid_from", "valid_to"), rows)


def write_registry(path: Path, country: Country, today: date) -> None:
    """A regional registry's extended delegation statistics, three holders out of date."""
    sold = dict(SOLD_ON)
    lines = []
    for network in country.networks:
        if network.owner < 0 or network.parent is not None:
            continue  # customers' networks are their provider's business
        holder = country.providers[sold.get(network.owner, network.owner)]
        first, size = network.prefix.network_address, network.prefix.num_addresses
        lines.append(f"demo|GB|ipv4|{first}|{size}|20200101|allocated|{holder.handle}")
    for at, provider in enumerate(country.providers):
        network6 = country.ipv6(at)
        where = f"{network6.network_address}|{network6.prefixlen}"
        lines.append(f"demo|GB|ipv6|{where}|20200101|allocated|{provider.handle}")
        lines.append(f"demo|GB|asn|{provider.asn}|1|20200101|allocated|{provider.handle}")
    head = f"2|demo|{today:%Y%m%d}|{len(lines)}|20200101|{today:%Y%m%d}|+0000"
    summary = [
        f"demo|*|{kind}|*|{sum(f'|{kind}|' in line for line in lines)}|summary"
        for kind in ("asn", "ipv4", "ipv6")
    ]
    path.write_text("\n".join([head, *summary, *lines, ""]), encoding="utf-8")


def _write(path: Path, head: tuple[str, ...], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)

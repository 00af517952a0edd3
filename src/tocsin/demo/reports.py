"""The kinds of report in the demo, and what their columns say about each threat."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address

import numpy as np

from tocsin.demo.country import NOBODY, Country, Provider, passed_on
from tocsin.demo.draw import Draw, Ints

UNCLAIMED = 0.03
TRADES = ("bakery", "florist", "dentist", "garage", "school", "library", "surgery", "brewery",
          "choir", "printers")  # fmt: skip
SECTORS = {"isp": "Communications, Service Provider, and Hosting Service", "hosting": "Hosting"}
NOWHERE = Provider("", "", "", "", 0)
Values = dict[str, list[str]]
Moves = list[tuple[int, int]]


@dataclass(frozen=True)
class ReportType:
    """A report's columns, and how they are filled: see `reports.toml`."""

    name: str
    share: int
    hosting: float
    nature: str
    columns: tuple[str, ...]
    constant: dict[str, str]
    pick: dict[str, list[str | list[str]]]
    hex: dict[str, int] = field(default_factory=dict)
    moving: tuple[str, ...] = ()
    affected: str = "ipv4"
    customer: str = ""


@dataclass(frozen=True)
class Suspects:
    """The threats of one report type: `owners` indexes the providers, `values` the columns."""

    report: ReportType
    owners: Ints
    values: Values


@cache
def report_types() -> tuple[ReportType, ...]:
    """All of them, in the order of the file."""
    table = tomllib.loads(files(__package__).joinpath("reports.toml").read_text("utf-8"))
    return tuple(
        ReportType(**{**entry, "name": name, "columns": tuple(entry["columns"].split())})
        for name, entry in table.items()
    )


def suspects(report: ReportType, country: Country, seed: int, count: int, moves: Moves) -> Suspects:
    """`count` different threats of a kind, spread over the country.

    Of each pair in `moves`, the second is the first's device at another address of its provider.
    """
    draw = Draw(seed, "suspects", report.name)
    places = _PLACES[report.affected](report, country, draw, count, moves)
    return _described(report, country, draw, moves, places)


def placed(report: ReportType, country: Country, seed: int, hosts: Ints) -> Suspects:
    """Threats of a kind at these IPv4 addresses."""
    draw = Draw(seed, "suspects", report.name)
    return _described(report, country, draw, [], _at(report, country, hosts))


def _described(
    report: ReportType, country: Country, draw: Draw, moves: Moves, places: tuple[Ints, Values]
) -> Suspects:
    owners, place = places
    count = len(owners)
    values: Values = {name: [value] * count for name, value in report.constant.items()}
    values |= _picked(report, draw, count)
    values |= {name: draw.hexadecimal(count, digits) for name, digits in report.hex.items()}
    for old, new in moves:
        for column in values.values():
            column[new] = column[old]
    values |= place
    if report.customer:
        values |= _customer_site(report, country, owners, values)
    return Suspects(report, owners, values)


def _picked(report: ReportType, draw: Draw, count: int) -> Values:
    values: Values = {}
    for names, choices in report.pick.items():
        chosen = [choices[at] for at in draw.pick(count, [1.0] * len(choices))]
        for at, name in enumerate(names.split()):
            values[name] = [each if isinstance(each, str) else each[at] for each in chosen]
    return values


def _ipv4(
    report: ReportType, country: Country, draw: Draw, count: int, moves: Moves
) -> tuple[Ints, Values]:
    hosts = country.addresses(draw, country.weights(report.hosting), UNCLAIMED, count)
    taken = set(hosts.tolist())
    for old, new in moves:
        near = int(hosts[old]) ^ 0x80
        if near not in taken and not passed_on(np.array([near])).any():
            taken.add(near)
            hosts[new] = near
    return _at(report, country, hosts)


def _at(report: ReportType, country: Country, hosts: Ints) -> tuple[Ints, Values]:
    owners = country.owners(hosts)
    texts = [str(IPv4Address(int(host))) for host in hosts]
    return owners, _whereabouts(report, country, owners, texts)


def _ipv6(
    report: ReportType, country: Country, draw: Draw, count: int, moves: Moves
) -> tuple[Ints, Values]:
    weights = country.weights(report.hosting)
    nobody = weights.sum() * UNCLAIMED / (1 - UNCLAIMED)
    owners = draw.pick(count, np.append(weights, nobody))
    owners[owners == len(weights)] = NOBODY
    for old, new in moves:
        owners[new] = owners[old]
    sites = draw.shuffled(count)  # a different /64 for each
    texts = [
        str(IPv6Address(int(country.ipv6(int(owner)).network_address) | int(site) << 64 | 0x53))
        for owner, site in zip(owners, sites, strict=True)
    ]
    return owners, _whereabouts(report, country, owners, texts)


def _email(
    report: ReportType, country: Country, draw: Draw, count: int, moves: Moves
) -> tuple[Ints, Values]:
    assert not moves, "accounts do not move"
    owners = draw.pick(count, country.weights(report.hosting))
    people = [
        (f"{TRADES[at % len(TRADES)]}{at}", country.providers[owner].domain)
        for at, owner in enumerate(owners)
    ]
    return owners, {
        "email": [f"office@{customer}.{domain}" for customer, domain in people],
        "username": [f"office-{customer}" for customer, _ in people],
        "source_url": [f"https://login.{customer}.{domain}/" for customer, domain in people],
    }


_PLACES: dict[str, Callable[[ReportType, Country, Draw, int, Moves], tuple[Ints, Values]]] = {
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "email": _email,
}


def _whereabouts(report: ReportType, country: Country, owners: Ints, texts: list[str]) -> Values:
    prefix = "src_" if "src_ip" in report.columns else ""
    whose = [NOWHERE if owner == NOBODY else country.providers[owner] for owner in owners]
    values = {
        "ip": texts,
        "asn": [str(each.asn) for each in whose],
        "geo": ["GB"] * len(whose),
        "region": [each.region.upper() for each in whose],
        "city": [each.city.upper() for each in whose],
        "hostname": [_hostname(text, each) for text, each in zip(texts, whose, strict=True)],
        "naics": ["517311" if each.kind == "isp" else "0" for each in whose],
        "sector": [SECTORS.get(each.kind, "") for each in whose],
    }
    return {prefix + name: value for name, value in values.items()}


def _hostname(address: str, provider: Provider) -> str:
    if not provider.name:
        return ""
    return f"host-{address.replace('.', '-').replace(':', '-')}.{provider.domain}"


def _customer_site(report: ReportType, country: Country, owners: Ints, values: Values) -> Values:
    """Web sites of the providers' customers, one for each threat."""
    sites = []
    for at, owner in enumerate(owners):
        home = "unclaimed.example" if owner == NOBODY else country.providers[owner].domain
        sites.append(f"{TRADES[at % len(TRADES)]}{at}.{home}")
    site_values = {report.customer: sites}
    if report.name == "malware_url":
        site_values["url"] = [f"http://{site}/files/{at}.bin" for at, site in enumerate(sites)]
    return site_values

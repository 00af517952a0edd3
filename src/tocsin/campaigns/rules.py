"""How a campaign's columns are understood: pure decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError
from tocsin.intake.feed_specs import FeedSpec, KindRule
from tocsin.intake.formats.batching import REPORTED_AT

FEED = "campaign"
LARGEST = 5_000_000  # bytes: a hundred thousand hosts; more comes as a feed
TLPS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT")
AFFECTED = ("address", "domain", "url", "email")
ROLES = ("time", *AFFECTED, "port", "protocol", "tag", "severity")
USUAL = {
    "time": ("timestamp", "time", "date", "last_seen", "seen", "observed_at", "datetime", "day"),
    "address": ("ip", "address", "ip_address", "src_ip", "host_ip", "ipv4", "ipv6", "ip address"),
    "domain": ("domain", "hostname", "fqdn", "host", "domain_name"),
    "url": ("url", "uri", "link"),
    "email": ("email", "e-mail", "mail", "email_address"),
    "port": ("port", "src_port", "dst_port", "tcp_port", "service_port"),
    "protocol": ("protocol", "proto", "transport"),
    "tag": ("tag", "malware", "infection", "cve", "family", "product", "vulnerability"),
    "severity": ("severity", "priority"),
}


class CampaignError(TocsinError):
    """A campaign that cannot go on so."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file carries what; empty: none does.

    Without `time`, every row was seen when the file was uploaded.  Of `address`, `url`, `domain`
    and `email` the first that a row fills is what is affected.
    """

    time: str = ""
    address: str = ""
    domain: str = ""
    url: str = ""
    email: str = ""
    port: str = ""
    protocol: str = ""
    tag: str = ""
    severity: str = ""

    @property
    def affected(self) -> tuple[str, ...]:
        forms = {"address": self.address, "url": self.url, "domain": self.domain}
        named = [f"{form}:{name}" for form, name in forms.items() if name]
        if self.address:
            named.insert(1, f"prefix:{self.address}")
        return (*named, *([f"email:{self.email}"] if self.email else []))


def columns_of(raw: Mapping[str, str]) -> Columns:
    return Columns(**{role: raw.get(role, "") for role in ROLES})


def checked(columns: Columns, names: Sequence[str]) -> Columns:
    """Raises `CampaignError` for a column that is not there, or if none says what is affected."""
    for role, name in asdict(columns).items():
        if name and name not in names:
            raise CampaignError(f"The file has no column “{name}” for the {role}.")
    if not columns.affected:
        raise CampaignError(
            "Say which column has the address, domain, web address or e-mail address.",
            "Without one of them nobody can be told.",
        )
    return columns


def guessed(samples: Mapping[str, Sequence[str]]) -> Columns:
    """What the columns' names suggest, and of a host's column what is in it."""
    found = {
        role: next((name for usual in words for name in samples if name == usual), "")
        for role, words in USUAL.items()
    }
    inside = samples.get(found["domain"], ())
    if inside and not found["address"] and all(map(_is_address, inside)):
        found["address"], found["domain"] = found["domain"], ""
    return columns_of(found)


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text.strip()))
    except ValueError:
        return False


def kind_name(number: int) -> str:
    """What the campaign's kind is called in files and in the API."""
    return f"campaign-{number}"


def spec_of(kind: str, columns: Columns, tlp: str) -> FeedSpec:
    """How the file is read: as a feed whose rows are all of one kind."""
    key = [name for name in (columns.port, columns.protocol, columns.tag) if name]
    roles: dict[str, Any] = {
        "time": [columns.time or REPORTED_AT],
        "affected": list(columns.affected),
        "key": key,
    }
    roles |= {
        role: name for role in ("port", "protocol", "severity") if (name := getattr(columns, role))
    }
    return FeedSpec(
        name=FEED,
        title="Campaigns",
        url="",
        tlp=tlp,
        grade="F6",
        cadence_hours=24 * 365,
        licence="",
        shape="",
        format="csv",
        kinds=KindRule(constant=kind),
        columns=roles,
        recognisers=(),
        options={},
        short_below=0,
        folder=Path(),
        stream=kind,
    )

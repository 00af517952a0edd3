"""Small report files, as a feed delivers them, and an installation with two organisations."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import numpy as np

from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.asset_table import AssetTable, Form
from tocsin.threats.ingest import Summary, ingest
from tocsin.threats.models import Threat

FIRST_DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HEADERS = {
    "scan_rdp": "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo",
    "event4_sinkhole": "timestamp,protocol,src_ip,src_port,src_asn,infection,family,tag,severity",
    "compromised_account": "timestamp,email,infection,source_url,tag,severity,username,password",
}
ROWS = {
    "scan_rdp": "{time},high,{who},tcp,3389,host.example,rdp,64500,GB",
    "event4_sinkhole": "{time},tcp,{who},40000,64500,avalanche,avalanche,,critical",
    "compromised_account": "{time},{who},stealer,http://example.net/,,critical,jo,hunter2-secret",
}
FOREVER = (-(2**62), 2**62)


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def report(
    folder: Path,
    number: int,
    affected: Iterable[str],
    kind: str = "scan_rdp",
    stream: str = "tests-geo",
) -> Path:
    """One day's file of a kind, a row for each affected party."""
    when = day(number)
    rows = [
        ROWS[kind].format(time=f"{when} 08:{minute % 60:02d}:00", who=who)
        for minute, who in enumerate(affected)
    ]
    path = folder / f"{when.isoformat()}-{kind}-{stream}.csv"
    path.write_text("\n".join([HEADERS[kind], *rows]) + "\n")
    return path


def take(*paths: Path) -> Summary:
    return ingest(paths, NOW)


def threat(address: str) -> Threat:
    return Threat.objects.get(address=address)


def asset_map(*assets: tuple[int, str, tuple[int, int]]) -> AssetMap:
    """A map of (organisation, prefix or domain or @domain, (valid from, valid to) in µs)."""
    forms: list[int] = []
    high: list[int] = []
    low: list[int] = []
    length: list[int] = []
    names: list[str] = []
    for _, text, _ in assets:
        if "/" not in text:
            mail = text.startswith("@")
            forms.append(Form.EMAIL_DOMAIN if mail else Form.DOMAIN)
            high.append(len(names))
            names.append(text.removeprefix("@"))
            low.append(0)
            length.append(0)
            continue
        network = ip_network(text)
        number = int(network.network_address)
        forms.append(Form.IPV4 if network.version == 4 else Form.IPV6)
        high.append(number if network.version == 4 else number >> 64)
        low.append(0 if network.version == 4 else number & (2**64 - 1))
        length.append(network.prefixlen)
    return AssetMap.build(
        AssetTable(
            asset=np.arange(1, len(assets) + 1, dtype=np.int64),
            organisation=np.array([one[0] for one in assets], np.int32),
            form=np.array(forms, np.uint8),
            manual=np.ones(len(assets), np.bool_),
            valid_from=np.array([one[2][0] for one in assets], np.int64),
            valid_to=np.array([one[2][1] for one in assets], np.int64),
            high=np.array(high, np.uint64),
            low=np.array(low, np.uint64),
            length=np.array(length, np.uint8),
            names=names,
        )
    )

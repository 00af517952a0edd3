"""Reading the demo as an outsider would: its files and mails only, none of the program's code.

Who is responsible is worked out row by row, as docs/explanation/attribution.md tells it.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)
from pathlib import Path

Network = IPv4Network | IPv6Network


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@dataclass
class Entries:
    """What one side says: the authority's own list, or the registry."""

    networks: list[tuple[Network, str]] = field(default_factory=list)
    asns: dict[int, str] = field(default_factory=dict)

    def network(self, address: str) -> str | None:
        """The organisation of the most specific network around the address."""
        wanted = ip_address(address)
        around = [
            (network.prefixlen, name)
            for network, name in self.networks
            if network.version == wanted.version and wanted in network
        ]
        return max(around)[1] if around else None


class Outsider:
    """Everybody's networks, from `organisations.csv`, `assets.csv` and `registry.txt`."""

    def __init__(self, folder: Path) -> None:
        self.manual, self.registry = Entries(), Entries()
        self.domains: dict[str, str] = {}
        self.known: dict[tuple[str, int], str | None] = {}
        rows = table((folder / "organisations.csv").read_text("utf-8"))
        self.contacts = {row["email"]: row["name"] for row in rows}
        for row in table((folder / "assets.csv").read_text("utf-8")):
            self._owned(row["asset"], row["organisation"])
        handles = {row["handle"]: row["name"] for row in rows}
        for line in (folder / "registry.txt").read_text("utf-8").splitlines():
            fields = line.split("|")
            if len(fields) > 7:
                self._registered(fields[2], fields[3], fields[4], handles[fields[7]])

    def _owned(self, asset: str, name: str) -> None:
        if asset.startswith("AS"):
            self.manual.asns[int(asset[2:])] = name
        elif "/" in asset:
            self.manual.networks.append((ip_network(asset), name))
        else:
            self.domains[asset] = name  # e-mail domains keep their @

    def _registered(self, kind: str, start: str, size: str, name: str) -> None:
        if kind == "asn":
            self.registry.asns[int(start)] = name
        elif kind == "ipv6":
            self.registry.networks.append((IPv6Network(f"{start}/{size}"), name))
        else:
            first = IPv4Address(start)
            for network in summarize_address_range(first, first + int(size) - 1):
                self.registry.networks.append((network, name))

    def responsible(self, affected: str, asn: int) -> str | None:
        if (affected, asn) not in self.known:
            self.known[affected, asn] = self._responsible(affected, asn)
        return self.known[affected, asn]

    def _responsible(self, affected: str, asn: int) -> str | None:
        try:
            ip_address(affected)
        except ValueError:
            return self._of_name(affected)
        for entries in (self.manual, self.registry):
            if found := entries.network(affected) or entries.asns.get(asn):
                return found
        return None

    def _of_name(self, name: str) -> str | None:
        mark, name = ("@", name[1:]) if name.startswith("@") else ("", name)
        while name:
            if mark + name in self.domains:
                return self.domains[mark + name]
            name = name.partition(".")[2]
        return None


def told(path: Path) -> tuple[str, list[dict[str, str]]]:
    """Whom a mail in the outbox is to, and the rows of the CSV attached to it."""
    mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    (attached,) = mail.iter_attachments()
    content = attached.get_content()
    if str(attached.get_filename()).endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    text = content if isinstance(content, str) else content.decode("utf-8")
    return str(mail["To"]), table(text.removeprefix("\ufeff"))

"""Who a registry names as the abuse contact of a network or AS number, asked by RDAP.

Which server knows: IANA's bootstrap registries (RFC 9224).  Questions: RFC 9082.  Answers: RFC
9083, with addresses as jCards (RFC 7095).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any, Protocol

import urllib3
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tocsin.constituency.asset_names import SHORTEST_PREFIX, AssetName
from tocsin.constituency.asset_table import Form

BOOTSTRAP = "https://data.iana.org/rdap/"
FILES = {Form.ASN: "asn.json", Form.IPV4: "ipv4.json", Form.IPV6: "ipv6.json"}
MOST_BYTES = 2_000_000
TIMEOUT = urllib3.Timeout(connect=5, read=15)
REDIRECTS = 3
DEEPEST = 4  # entities within entities


class RdapError(Exception):
    """The registry could not be asked, or its answer was none; may be better later."""


class Transport(Protocol):
    def get(self, url: str) -> tuple[int, bytes, str]:
        """Status, body, and where a redirect leads.  Raises `RdapError`."""
        ...


class Https:
    """Over HTTPS, with the system's certificates; nothing is followed by itself."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(retries=False, timeout=TIMEOUT)

    def get(self, url: str) -> tuple[int, bytes, str]:
        accept = {"Accept": "application/rdap+json, application/json"}
        try:
            response = self._pool.request("GET", url, headers=accept, preload_content=False)
            body = response.read(MOST_BYTES + 1)
            response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise RdapError(f"no answer: {type(error).__name__}") from error
        if len(body) > MOST_BYTES:
            raise RdapError("the answer is too long")
        return response.status, body, response.headers.get("Location", "")


@dataclass
class Rdap:
    """`bootstrap`: the address of IANA's files; their content is kept as long as this lives."""

    transport: Transport = field(default_factory=Https)
    bootstrap: str = BOOTSTRAP
    _services: dict[Form, Any] = field(default_factory=dict)

    def abuse_mailboxes(self, asset: AssetName) -> list[str]:
        """In lower case, none twice; empty where the registry names none for it.

        Raises `RdapError`.
        """
        server = self._server(asset)
        path = f"autnum/{asset.text[2:]}" if asset.form is Form.ASN else f"ip/{asset.text}"
        answer = self._json(f"{server.rstrip('/')}/{path}")
        if answer is None or not _is_about(answer, asset):
            return []
        return list(dict.fromkeys(_mailboxes(answer)))

    def _server(self, asset: AssetName) -> str:
        """The one for the narrowest range that holds the asset."""
        if asset.form not in self._services:
            found = self._json(f"{self.bootstrap.rstrip('/')}/{FILES[asset.form]}")
            self._services[asset.form] = _list((found or {}).get("services"))
        best = max(_matching(self._services[asset.form], asset), default=(0, ""))
        if not best[1]:
            raise RdapError(f"no registry is responsible for {asset.text}")
        return best[1]

    def _json(self, url: str) -> Mapping[str, Any] | None:
        """None where there is no such thing (404)."""
        for _ in range(REDIRECTS + 1):
            if not url.startswith("https://"):
                raise RdapError("the registry is not on HTTPS")
            status, body, target = self.transport.get(url)
            if status not in (301, 302, 303, 307, 308):
                return _object(status, body)
            url = target
        raise RdapError("too many redirects")


def _object(status: int, body: bytes) -> Mapping[str, Any] | None:
    if status == 404:
        return None
    if status != 200:
        raise RdapError(f"the registry answered {status}")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RdapError("the registry's answer is not JSON") from error
    if not isinstance(found, dict):
        raise RdapError("the registry's answer is no object")
    return found


def _matching(services: list[Any], asset: AssetName) -> Iterator[tuple[int, str]]:
    """How narrow the range is, and the server's address, of each that holds the asset."""
    for service in services:
        match service:
            case [[*ranges], [*urls], *_]:
                url = next((str(one) for one in urls if str(one).startswith("https://")), "")
                for one in ranges:
                    if (narrow := _holds(str(one), asset)) is not None:
                        yield narrow, url


def _holds(given: str, asset: AssetName) -> int | None:
    try:
        if asset.form is Form.ASN:
            first, _, last = given.partition("-")
            low, high = int(first), int(last or first)
            return low - high if low <= int(asset.text[2:]) <= high else None
        outer, inner = ip_network(given), ip_network(asset.text)
    except ValueError:
        return None
    inside = (
        outer.version == inner.version
        and outer.prefixlen <= inner.prefixlen
        and inner.network_address in outer
    )
    return outer.prefixlen if inside else None


def _is_about(answer: Mapping[str, Any], asset: AssetName) -> bool:
    """Whether it describes what holds the asset, and no registry's own block around it."""
    try:
        if asset.form is Form.ASN:
            first = answer.get("startAutnum", asset.text[2:])
            last = answer.get("endAutnum", first)
            return int(first) <= int(asset.text[2:]) <= int(last) < int(first) + 65_536
        low, high = ip_address(answer["startAddress"]), ip_address(answer["endAddress"])
        network = ip_network(asset.text)
    except (KeyError, ValueError, TypeError):
        return False
    bits = 32 if network.version == 4 else 128
    widest = 1 << bits - SHORTEST_PREFIX[asset.form]
    return (
        low.version == high.version == network.version
        and int(low) <= int(network.network_address)
        and int(network.broadcast_address) <= int(high)
        and int(high) - int(low) < widest
    )


def _mailboxes(answer: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    for entity in _list(answer.get("entities")):
        if not isinstance(entity, dict):
            continue
        if "abuse" in _list(entity.get("roles")):
            yield from _emails(entity.get("vcardArray"))
        if depth < DEEPEST:
            yield from _mailboxes(entity, depth + 1)


def _emails(card: Any) -> Iterator[str]:
    match card:
        case ["vcard", [*properties]]:
            for one in properties:
                match one:
                    case ["email", _, _, str(address)] if _is_address(address):
                        yield address.lower()


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

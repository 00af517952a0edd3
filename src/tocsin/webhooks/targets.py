"""The URL of a webhook, read once: what is checked here is what is connected to."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

import idna

from tocsin.errors import TocsinError

LONGEST = 2_000
DEFAULT_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # without space and backslash


class BadTargetError(TocsinError):
    """A URL that no webhook can have."""


@dataclass(frozen=True, slots=True)
class Target:
    """`host` in lower case, ASCII, an IPv6 address without brackets; `path` with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def read_target(url: str, schemes: Collection[str], ports: Collection[int]) -> Target:
    """Raises `BadTargetError` with what to do about it."""
    if len(url) > LONGEST:
        raise BadTargetError(f"A webhook's address has at most {LONGEST} characters.")
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise BadTargetError("A webhook's address holds no spaces and no control characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadTargetError(f"This is no web address: {error}.") from None
    if parts.scheme not in schemes:
        raise BadTargetError(
            f"A webhook's address begins with {' or '.join(f'{one}://' for one in schemes)}."
        )
    if "@" in parts.netloc:
        raise BadTargetError(
            "A webhook's address holds no user name and no password.",
            "The signature shows who sends: see the reference of webhooks.",
        )
    if "#" in url:
        raise BadTargetError("A webhook's address has no part behind a #: it is never sent.")
    if port is None:
        port = DEFAULT_PORTS[parts.scheme]
    if port not in ports:
        known = ", ".join(map(str, sorted(ports)))
        raise BadTargetError(f"Webhooks are not sent to port {port}, only to {known}.")
    return Target(parts.scheme, _host(parts), port, _path(parts))


def _path(parts: SplitResult) -> str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _PRINTABLE.fullmatch(path):
        raise BadTargetError(
            "The path holds characters that a web address cannot have.",
            "Write them percent-encoded: a space is %20.",
        )
    return path


def _host(parts: SplitResult) -> str:
    inner = parts.netloc.rpartition("@")[2]
    if inner.startswith("["):
        return _bracketed(inner[1:].partition("]")[0])
    name = _ascii(inner.partition(":")[0])
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _dotted(name)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadTargetError(
            f"“{name}” is no host name." if name else "The address has no host.",
            "Write it without a dot at the end." if name.endswith(".") else "",
        )
    return name


def _ascii(name: str) -> str:
    if name.isascii():
        return name.lower()
    try:
        return idna.encode(name, uts46=True).decode().lower()
    except idna.IDNAError as error:
        raise BadTargetError(f"“{name}” is no host name: {error}.") from None


def _bracketed(text: str) -> str:
    """Without a scope id: that names an interface of ours."""
    try:
        if "%" in text:
            raise AddressValueError("with a scope id")
        return str(IPv6Address(text))
    except AddressValueError:
        raise BadTargetError(f"[{text}] is no IPv6 address that can be sent to.") from None


def _dotted(name: str) -> str:
    """Four decimal numbers: other spellings (octal, hex, one number) only serve to hide."""
    try:
        return str(IPv4Address(name))
    except AddressValueError:
        raise BadTargetError(
            f"“{name}” is no IPv4 address.", "Write four decimal numbers: 192.0.2.7"
        ) from None

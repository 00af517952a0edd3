"""From a webhook's host to addresses that were vetted: asked once, connected to as answered."""

import queue
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings

from tocsin.errors import TocsinError
from tocsin.webhooks.addresses import Address, Allowed, allowed, may_send_to
from tocsin.webhooks.targets import DEFAULT_PORTS, Target, read_target

Resolve = Callable[[str], list[str]]
PATIENCE = 5.0  # seconds


class RefusedTargetError(TocsinError):
    """The host leads to no address that may be sent to."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What this installation lets webhooks be: from the settings."""

    schemes: tuple[str, ...]
    ports: frozenset[int]
    allowed: Allowed
    public_host: str


def policy() -> Policy:
    """Raises `TocsinError` if a setting cannot be read."""
    ports = settings.TOCSIN_WEBHOOK_PORTS.replace(" ", "").split(",")
    if not all(port.isdecimal() for port in ports):
        raise TocsinError("TOCSIN_WEBHOOK_PORTS is no list of numbers.", "Default: 80,443,8443")
    return Policy(
        ("https", "http") if settings.TOCSIN_WEBHOOK_HTTP else ("https",),
        frozenset(map(int, ports)),
        allowed(settings.TOCSIN_WEBHOOK_ALLOW.split(",")),
        urlsplit(settings.TOCSIN_PUBLIC_URL).hostname or "",
    )


def checked(url: str, rules: Policy) -> Target:
    """The URL as a target; raises `BadTargetError`."""
    return read_target(url, rules.schemes, rules.ports)


def resolve(host: str) -> list[str]:
    """The host's addresses from the system's resolver, each once; none if it has none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def within(patience: float, ask: Resolve, host: str) -> list[str]:
    """What `ask` finds within so many seconds; a resolver cannot be interrupted, only left."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    Thread(target=lambda: answers.put(ask(host)), daemon=True).start()
    try:
        return answers.get(timeout=patience)
    except queue.Empty:
        return []


def vetted(
    target: Target, rules: Policy, ask: Resolve = resolve, patience: float = PATIENCE
) -> list[str]:
    """The addresses to connect to, in the resolver's order.

    Raises `RefusedTargetError` if there is none, or if any single one is not allowed.  The words
    are the same for both, so that nobody learns what names there are in our own networks.
    """
    found = _addresses(target.host, ask, patience)
    own = _own(found, target.host, rules, ask)
    if not found or not all(may_send_to(one, target.host, own, rules.allowed) for one in found):
        raise RefusedTargetError(
            f"{target.host} has no address that webhooks may be sent to.",
            "It has to be found in DNS, and all of its addresses must be on the internet: no "
            "private, local or reserved ones.",
        )
    return found


def _addresses(host: str, ask: Resolve, patience: float) -> list[str]:
    """An address is its own; a name is asked for."""
    try:
        return [str(ip_address(host))]
    except ValueError:
        return within(patience, ask, host)


def _own(found: Collection[str], host: str, rules: Policy, ask: Resolve) -> set[Address]:
    """Which addresses are this installation's: of this machine, or of its public name."""
    if host == rules.public_host:
        published = list(found)
    else:
        published = _addresses(rules.public_host, ask, PATIENCE) if rules.public_host else []
    local = [one for one in found if "%" not in one and is_local(one)]
    return {ip_address(one) for one in (*published, *local) if "%" not in one}


def is_local(address: str) -> bool:
    """Whether the address is this machine's: then it is also where a packet to it starts."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, DEFAULT_PORTS["https"]))  # sends nothing
            source = probe.getsockname()[0]
    except OSError:  # no way there
        return False
    return bool(ip_address(source) == ip_address(address))

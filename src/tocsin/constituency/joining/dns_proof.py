"""Proof by DNS: whoever can put a TXT record into a domain controls it."""

from typing import Protocol

import dns.exception
import dns.rdatatype
import dns.resolver

PREFIX = "tocsin-proof="
PATIENCE = 10.0  # seconds


class Resolver(Protocol):
    def txt(self, name: str) -> list[str]:
        """The TXT records of a name, each joined; empty where there are none.

        Raises `dns.exception.DNSException` where nobody could say.
        """
        ...


class System:
    """The resolver of this machine."""

    def txt(self, name: str) -> list[str]:
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        return [
            b"".join(record.strings).decode("utf-8", "replace")
            for record in answer
            if record.rdtype == dns.rdatatype.TXT
        ]


def record_name(domain: str) -> str:
    return f"_tocsin.{domain}"


def record_text(token: str) -> str:
    return f"{PREFIX}{token}"


def is_there(name: str, token: str, resolver: Resolver) -> tuple[bool, str]:
    """Whether the record says so, and if not, why in words."""
    try:
        found = resolver.txt(name)
    except dns.exception.DNSException as error:
        return False, f"The name servers could not be asked ({type(error).__name__})."
    if record_text(token) in (one.strip() for one in found):
        return True, ""
    if not found:
        return False, f"There is no TXT record at {name} yet."
    return False, f"The TXT record at {name} says something else."

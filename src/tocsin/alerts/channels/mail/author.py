"""Who wrote an incoming mail, and what proves it.  Only what is proved may change anything.

What is believed and why: docs/explanation/answers.md.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.headerregistry import AddressHeader, HeaderRegistry
from email.message import Message

import dkim

from tocsin.alerts.channels.mail.message import UnusableAddressError, address

KeyOf = Callable[..., bytes | None]
MOST_SIGNATURES = 3
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"(?i)^\s*(dkim|spf|dmarc)\s*=\s*(\w+)")
_PROPERTY = re.compile(
    r"(?i)\b(header\.d|header\.i|header\.from|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)"
)
_DOMAIN_TAG = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]+)")
_LENGTH_TAG = re.compile(r"(?:^|;)\s*l\s*=")


class DoubtError(Exception):
    """Nobody can tell who wrote it; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`author`: the one address that it is from, in the form of `plain`; `doubt`: why that is not
    believed, empty where it is."""

    author: str = ""
    doubt: str = ""


def plain(written: str) -> str:
    """An address for comparing: lower case, its domain as DNS has it; empty where it is none."""
    try:
        return address(written).addr_spec.casefold()
    except UnusableAddressError:
        return ""


def proof_of(raw: bytes, mail: Message, our_server: str, key_of: KeyOf) -> Proof:
    """Asks DNS for the keys of signatures where `our_server` is empty: not within a transaction."""
    try:
        author = _author(mail)
    except DoubtError as error:
        return Proof(doubt=str(error))
    try:
        if our_server:
            _must_have_passed(mail, author, our_server)
        else:
            _must_not_have_failed(raw, mail, author, key_of)
    except DoubtError as error:
        return Proof(author, str(error))
    return Proof(author)


def _author(mail: Message) -> str:
    lines = mail.get_all("From", [])
    if len(lines) != 1:
        raise DoubtError(f"it has {len(lines)} From lines")
    header = _parsed(" ".join(str(lines[0]).split()))
    if len(header.addresses) != 1 or header.groups[0].display_name is not None:
        raise DoubtError("its From line does not name exactly one address")
    (one,) = header.addresses
    found = plain(one.addr_spec)
    if not found or "<>" in str(lines[0]):
        raise DoubtError("its From line names no address")
    shown = plain(one.display_name.strip("'\" "))
    if "@" in one.display_name and shown != found:
        raise DoubtError("the name in its From line is another address")
    return found


def _parsed(line: str) -> AddressHeader:
    try:
        header = HeaderRegistry()("From", line)
    except Exception as error:  # the parser of the standard library fails in many ways
        raise DoubtError("its From line cannot be read") from error
    if not isinstance(header, AddressHeader) or any(
        type(defect).__name__ == "InvalidHeaderDefect" for defect in header.defects
    ):
        raise DoubtError("its From line is not well formed")
    return header


def _must_have_passed(mail: Message, author: str, our_server: str) -> None:
    """Our own mail server's word (RFC 8601) on DMARC, DKIM or SPF for the author's domain."""
    domain = author.rpartition("@")[2]
    results = list(_results(mail, our_server))
    if not results:
        raise DoubtError(f"{our_server} has not checked who sent it")
    if not any(
        verdict == "pass" and any(aligned(name, domain) for name in names)
        for verdict, names in results
    ):
        said = ", ".join(sorted({verdict for verdict, _ in results}))
        raise DoubtError(f"{our_server} could not confirm that it is from {domain}: {said}")


def _results(mail: Message, our_server: str) -> Iterator[tuple[str, list[str]]]:
    """(verdict, domains that it is about), from the lines that our server put on top.

    What stands below the first Received line after them came with the mail, and anybody can write
    our server's name there.
    """
    begun = False
    for name, value in mail.items():
        if name.lower() == "authentication-results":
            words = _without_comments(str(value))
            server, _, said = words.partition(";")
            if server.split()[:1] == [our_server]:
                begun = True
                yield from map(_result, filter(_RESULT.match, said.split(";")))
        elif begun and name.lower() == "received":
            return


def _result(said: str) -> tuple[str, list[str]]:
    found = _RESULT.match(said)
    verdict = found[2].lower() if found else ""
    return verdict, [value.rpartition("@")[2].lower() for _, value in _PROPERTY.findall(said)]


def _without_comments(value: str) -> str:
    words = value[:10_000]
    while (shorter := _COMMENT.sub(" ", words)) != words:
        words = shorter
    return " ".join(words.split())


def aligned(signed: str, domain: str) -> bool:
    """The same domain, or one below the other (DMARC's relaxed alignment)."""
    one, other = signed.rstrip("."), domain.rstrip(".")
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))


def _must_not_have_failed(raw: bytes, mail: Message, author: str, key_of: KeyOf) -> None:
    """With a signature of the author's domain, it has to be good; without one, nothing is said."""
    domain = author.rpartition("@")[2]
    tags = [str(value) for value in mail.get_all("DKIM-Signature", [])][:MOST_SIGNATURES]
    if not tags:
        return
    good = [_verified(raw, place, key_of) for place in range(len(tags))]
    if not any(good):
        raise DoubtError("its DKIM signature does not hold")
    for holds, tag in zip(good, tags, strict=True):
        signer = _DOMAIN_TAG.search(" ".join(tag.split()))
        if holds and signer and aligned(signer[1].lower(), domain):
            if _LENGTH_TAG.search(tag):
                raise DoubtError("its DKIM signature covers only the beginning of the mail")
            return
    if any((s := _DOMAIN_TAG.search(t)) and aligned(s[1].lower(), domain) for t in tags):
        raise DoubtError("the DKIM signature of its domain does not hold")


def _verified(raw: bytes, place: int, key_of: KeyOf) -> bool:
    try:
        return bool(dkim.DKIM(raw, timeout=5).verify(place, dnsfunc=key_of))
    except Exception:  # a signature that cannot even be read proves nothing
        return False

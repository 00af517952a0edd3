"""Which Shadowserver report a file is: by its name, its mail's subject, its columns, its first row.

Names are `DATE-TYPE-[id-]NAME-{asn|geo|ip…}[-delayed].csv`, or whatever people made of them.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.intake.containers.members import Member
from tocsin.kinds.catalogue import all_kinds, kind

DATA = Path(__file__).with_name("shadowserver.toml")
FAMILY = "shadowserver"
NAME = re.compile(
    r"(?:(\d{4}-\d\d-\d\d)[-_])?([a-z][a-z0-9_]*)(?:-(.+?))?(?:\.csv)?(?:\.\w+)?", re.I
)
SUBJECT = re.compile(r"Shadowserver (\S+?)(?:-(\S+))? Report(?:: (\d{4}-\d\d-\d\d))?", re.I)
NUMBER = re.compile(r"^\d+-")
TWINS = (("scan_", "scan6_"), ("population_", "population6_"), ("event4_", "event6_"))
SIXTHS = ("compromised_iot", "compromised_website", "device_id")
ENDINGS = ("csv", "reconstructed", "short", "sample", "test", "copy", "old", "new")
UNKNOWN = "shadowserver_unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`stream` tells a feed's parallel deliveries apart (one for each filter of a subscription)."""

    stream: str
    day: date | None
    kind: str = ""


def read_name(name: str) -> Delivery | None:
    """What a file's name says; `kind` is empty where it names no type that could be one."""
    found = NAME.fullmatch(name)
    if not found:
        return None
    day, named, rest = found.groups()
    named = named.lower()
    if not day and not _is_ours(named):
        named = ""
    if not named:
        return Delivery("", _day(day))
    return Delivery(_stream(rest), _day(day), kind(named).name)


def delivery(member: Member) -> Delivery:
    """What the names around a member say of it."""
    named = read_name(member.name) or Delivery("", None)
    subject = SUBJECT.search(member.mail.subject) if member.mail else None
    if named.kind and (named.day or not subject):
        return named
    if subject and not named.kind:
        kind_named, stream, day = subject.groups()
        known = kind(kind_named.lower()).name
        return Delivery(_stream(stream) or named.stream, _day(day) or named.day, known)
    if subject:
        return Delivery(named.stream, _day(subject.group(3)), named.kind)
    return Delivery(named.stream, named.day, _inside(member.name) or _alone(member.name))


def by_content(columns: tuple[str, ...], first: Mapping[str, str | None]) -> str:
    """The likeliest kind by the columns and the first row."""
    there = set(columns)
    marks: dict[str, list[str]] = _data()["marks"]
    best = max(marks, key=lambda name: len(there.intersection(marks[name])) / len(marks[name]))
    if 2 * len(there.intersection(marks[best])) >= len(marks[best]):
        return _of_family(best, first)
    for tag in re.split("[;,|]", (first.get("tag") or "").lower()):
        guessed = _data()["tags"].get(tag) or "scan_" + re.sub("[^a-z0-9]+", "_", tag)
        if tag and _is_ours(guessed):
            return _of_family(guessed, first)
    if "src_ip" in there and "infection" in there:
        return _of_family(
            "event4_sinkhole_http" if "http_url" in there else "event4_sinkhole", first
        )
    return UNKNOWN


def by_intelmq_name(name: str) -> str:
    """Our kind for what IntelMQ calls a Shadowserver feed; empty where it cannot be told."""
    low = name.strip().lower()
    if low in _data()["intelmq"]:
        return str(_data()["intelmq"][low])
    six = "6" if low.startswith("ipv6-") else ""
    core = re.sub("^(accessible|open|vulnerable)-", "", low.removeprefix("ipv6-"))
    slug = re.sub("[^a-z0-9]+", "_", core).strip("_")
    slugs = (slug, slug.replace("_", ""), re.sub("_(scanner|events)$", "", slug))
    for one in (*slugs, slug.replace("_scanner", "_scan")):
        for candidate in (f"scan{six}_{one}", one, f"event4_{one}"):
            if _is_ours(candidate):
                return kind(candidate).name
    return ""


def _is_ours(name: str) -> bool:
    one = kind(name)
    return not one.flagged and one.family == FAMILY


def _stream(rest: str | None) -> str:
    return NUMBER.sub("", rest or "").removesuffix("-delayed")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _inside(name: str) -> str:
    """The longest name of a kind that stands in a file's name as a word."""
    words = f"_{re.sub('[^a-z0-9]+', '_', name.lower())}_"
    return max((one for one in _names() if f"_{one}_" in words), key=len, default="")


def _alone(name: str) -> str:
    """A report's name without its prefix, or IntelMQ's name for it, is all that the name says."""
    words = [word for word in re.split("[^a-z0-9]+", name.lower().removesuffix(".csv")) if word]
    while words and words[-1] in ENDINGS:
        words.pop()
    return by_intelmq_name("-".join(words))


def _of_family(name: str, first: Mapping[str, str | None]) -> str:
    """The IPv6 twin where the first row's address is one."""
    address = first.get("ip") or first.get("src_ip") or ""
    if ":" in address:
        for four, six in TWINS:
            twin = six + name.removeprefix(four)
            if name.startswith(four) and _is_ours(twin):
                return twin
        if name in SIXTHS:
            return f"{name}6"
    return name


@cache
def _names() -> tuple[str, ...]:
    return tuple(
        name for name, one in all_kinds().items() if one.family == FAMILY and len(name) > 5
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))

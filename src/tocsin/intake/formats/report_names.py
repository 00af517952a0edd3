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
    if "device_vendor" in there and there.issubset(_data()["device_id"]["columns"]):
        return _of_family("device_id", first)
    marked = _by_marks(there)
    if marked == "event4_honeypot_ddos":
        return _of_flood(columns, first)
    guessed = marked or _by_tags(first.get("tag") or "")
    if not guessed and {"src_ip", "infection"} <= there:
        guessed = _of_sinkhole(there, first)
    return _of_family(guessed, first) if guessed else UNKNOWN


def _by_marks(there: set[str]) -> str:
    """The report with the most marks, of which at most a third may be missing."""
    marks: dict[str, list[str]] = _data()["marks"]
    found = {name: len(there.intersection(wanted)) for name, wanted in marks.items()}
    best = max(marks, key=lambda name: (found[name] / len(marks[name]), found[name]))
    return best if 3 * found[best] >= 2 * len(marks[best]) else ""


def _by_tags(text: str) -> str:
    guesses = [_by_tag(tag) for tag in re.split("[;,|]", text.lower()) if tag]
    return max(guesses, key=len, default="")


def _by_tag(tag: str) -> str:
    """By the whole tag, else by its first words: `telnet-alt` is of `scan_telnet`."""
    if tag in _data()["tags"]:
        return str(_data()["tags"][tag])
    words = re.findall("[a-z0-9]+", tag)
    for count in range(len(words), 0, -1):
        name = "scan_" + "_".join(words[:count])
        for one in (name, name.rstrip("0123456789")):
            if _is_ours(one):
                return one
    return ""


def _of_flood(columns: tuple[str, ...], first: Mapping[str, str | None]) -> str:
    """Three reports have the same columns: the one for the victims has the victim's first."""
    if "dst_ip" in columns and columns.index("dst_ip") < (*columns, "src_ip").index("src_ip"):
        return "event4_honeypot_ddos_target"
    took_part = (first.get("infection") or "").lower() == "ddos-participant"
    return "event4_ddos_participant" if took_part else "event4_honeypot_ddos"


def _of_sinkhole(there: set[str], first: Mapping[str, str | None]) -> str:
    if "count" in there:
        return "event4_honeypot_darknet"
    if "vulnerability_enum" in there:
        return "event4_honeypot_ikev2_scan"
    whose = "microsoft_" if (first.get("public_source") or "").upper().startswith("MS") else ""
    return f"event4_{whose}sinkhole" + ("_http" if "http_url" in there else "")


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

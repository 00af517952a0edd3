"""Feeds as data: `feeds/<name>/feed.toml` says how to know a feed's files and what they carry.

Shipped feeds stand beside this file; a user's own in `TOCSIN_HOME/feeds/<name>/feed.toml`, where
they come first, and replace a shipped one of the same name.
`docs/how-to/add-a-feed.md` describes every field.
"""

import fnmatch
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from tocsin.errors import TocsinError
from tocsin.intake.batches import Columns
from tocsin.intake.containers.members import Member
from tocsin.intake.feed_checks import FieldError, checked, merged
from tocsin.intake.formats.csv_layout import Layout, find_start
from tocsin.kinds.catalogue import Kind, kind

SHIPPED = Path(__file__).parent / "feeds"


class FeedError(TocsinError):
    """A feed's file is wrong; the message names the file and the field."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One way to know a file of a feed: everything given must hold (an empty field always does).

    `name`, `sender`, `subject` are searched for without regard to case, `starts` at the start of
    the content, after blanks and a byte order mark.  `columns` must be in the header, `keys` must
    stand as quoted names near the start of a JSON file, in large or small letters.
    """

    name: str = ""
    sender: str = ""
    subject: str = ""
    starts: str = ""
    columns: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def fits(self, member: Member, text: str, header: frozenset[str]) -> bool:
        mail = member.mail
        searched = (
            (self.name, member.name),
            (self.sender, mail.sender if mail else ""),
            (self.subject, mail.subject if mail else ""),
        )
        return (
            all(not wanted or re.search(wanted, there, re.I) for wanted, there in searched)
            and (not self.starts or bool(re.match(self.starts, text, re.I)))
            and header.issuperset(self.columns)
            and all(re.search(rf'"{re.escape(key)}"\s*:', text, re.I) for key in self.keys)
        )


@dataclass(frozen=True)
class KindRule:
    """The kind of a row: `constant`, or what `values` says of `columns` (joined by `/`).

    A value is matched in lower case, whole or by shell pattern, then as a kind's own name or
    alias after `prefix`; what nothing fits is of the kind `default`.
    """

    constant: str = ""
    columns: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    default: str = "undetermined"

    def of_value(self, value: str) -> str:
        low = value.strip().lower()
        if low in self.values:
            return self.values[low]
        for pattern, name in self.values.items():
            if fnmatch.fnmatchcase(low, pattern):
                return name
        named = kind(self.prefix + low) if low.strip("/") else None
        return named.name if named and not named.flagged else self.default

    def of_table(self, table: pa.Table) -> str | list[str]:
        if self.constant or not self.columns:
            return self.constant or self.default
        columns = [
            table[name].to_pylist() if name in table.column_names else [None] * table.num_rows
            for name in self.columns
        ]
        known: dict[tuple[str | None, ...], str] = {}
        kinds = []
        for values in zip(*columns, strict=True):
            if values not in known:
                known[values] = self.of_value("/".join(value or "" for value in values))
            kinds.append(known[values])
        return kinds


@dataclass(frozen=True)
class FeedSpec:
    """One shape (file format) of a feed.

    `grade`: Admiralty, reliability A-F and credibility 1-6.  `cadence_hours`: how often it comes.
    `columns` maps roles (time, affected, port, … and the key columns of kinds, such as malware) to
    columns of the file; empty: as the kind says.  `short_below`: a delivery with fewer rows is
    suspect, 0 never.  `stream` tells apart what one feed delivers side by side, whose health is
    judged apart.  `options` are the format's.
    """

    name: str
    title: str
    url: str
    tlp: str
    grade: str
    cadence_hours: float
    licence: str
    shape: str
    format: str
    kinds: KindRule
    columns: Mapping[str, Any]
    recognisers: tuple[Recogniser, ...]
    options: Mapping[str, Any]
    short_below: int
    folder: Path
    stream: str = ""

    def columns_for(self, one: Kind) -> Columns:
        """Which column carries what, for rows of a kind."""
        if not self.columns:
            return one.columns
        role = self.columns
        affected = [entry.partition(":") for entry in role.get("affected", ())]
        key = role.get("key", [self._key(name) for name in one.key])
        return Columns(
            time=tuple(role.get("time", one.columns.time)),
            affected=tuple((form, name) for form, _, name in affected) or one.columns.affected,
            port=role.get("port", ""),
            protocol=role.get("protocol", ""),
            asn=role.get("asn", ""),
            hostname=role.get("hostname", ""),
            severity=role.get("severity", ""),
            key=tuple(name for name in key if name),
            time_format=role.get("time_format", ""),
        )

    @property
    def named_columns(self) -> frozenset[str]:
        """Every column that the roles name."""
        names: set[str] = set()
        for role, value in self.columns.items():
            values = [value] if isinstance(value, str) else value
            if role != "time_format":
                names.update(one.rpartition(":")[2] for one in values)
        return frozenset(names)

    def _key(self, name: str) -> str:
        prefix, _, plain = name.rpartition(":")
        own = self.columns.get(plain, "")
        return f"{prefix}:{own}" if prefix and own else own


def recognise(
    member: Member, head: bytes, specs: Sequence[FeedSpec] | None = None
) -> FeedSpec | None:
    """The feed that a member is a report of, judged by name, mail and first bytes; or None."""
    specs = shipped() if specs is None else specs
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    header: frozenset[str] | None = None
    for spec in specs:
        for one in spec.recognisers:
            if one.columns and header is None:
                header = _header(head)
            if one.fits(member, text, header or frozenset()):
                return spec
    return None


def all_feeds(home: Path | None = None) -> tuple[FeedSpec, ...]:
    """Every shape of every feed, the user's own (below `home`/feeds) first.  Raises `FeedError`."""
    own = load(home / "feeds") if home else ()
    names = {spec.name for spec in own}
    return (*own, *(spec for spec in shipped() if spec.name not in names))


def of_feed(specs: tuple[FeedSpec, ...], name: str) -> tuple[FeedSpec, ...]:
    """The shapes of one feed, or all without a name.  Raises `FeedError` for an unknown name."""
    found = tuple(spec for spec in specs if not name or spec.name == name)
    if not found:
        known = ", ".join(sorted({spec.name for spec in specs}))
        raise FeedError(f"no feed is called {name}", f"the feeds are: {known}")
    return found


@cache
def shipped() -> tuple[FeedSpec, ...]:
    return load(SHIPPED)


def load(folder: Path) -> tuple[FeedSpec, ...]:
    """Read every `<name>/feed.toml` of a folder, in the order of their `order`, then name."""
    found: list[tuple[int, FeedSpec]] = []
    for path in sorted(folder.glob("*/feed.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
            checked(raw)
            found += [(raw.get("order", 50), _spec(path.parent, one)) for one in merged(raw)]
        except FieldError as error:
            raise FeedError(f"{path}: {error}", error.hint) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise FeedError(f"{path}: {error}", "A feed is a TOML file in UTF-8.") from error
    return tuple(spec for _, spec in sorted(found, key=lambda one: one[0]))


def _spec(folder: Path, raw: Mapping[str, Any]) -> FeedSpec:
    """One checked shape; `raw` has the feed's own fields merged in."""
    kinds = raw.get("kind", "undetermined")
    rule = KindRule(constant=kinds) if isinstance(kinds, str) else _rule(kinds)
    recognisers = tuple(_recogniser(one) for one in raw["recognise"])
    return FeedSpec(
        name=folder.name,
        title=raw["title"],
        url=raw.get("url", ""),
        tlp=raw["tlp"],
        grade=raw["grade"],
        cadence_hours=raw["cadence_hours"],
        licence=raw.get("licence", ""),
        shape=raw.get("name", ""),
        format=raw["format"],
        kinds=rule,
        columns=raw.get("columns", {}),
        recognisers=recognisers,
        options=raw.get("options", {}),
        short_below=raw.get("health", {}).get("short_below", 0),
        folder=folder,
        stream=raw.get("stream", ""),
    )


def _recogniser(raw: Mapping[str, Any]) -> Recogniser:
    return Recogniser(
        name=raw.get("name", ""),
        sender=raw.get("sender", ""),
        subject=raw.get("subject", ""),
        starts=raw.get("starts", ""),
        columns=tuple(raw.get("columns", ())),
        keys=tuple(raw.get("keys", ())),
    )


def _rule(raw: Mapping[str, Any]) -> KindRule:
    column = raw["column"]
    return KindRule(
        columns=(column,) if isinstance(column, str) else tuple(column),
        values={value.lower(): name for value, name in raw.get("values", {}).items()},
        prefix=raw.get("prefix", ""),
        default=raw.get("default", "undetermined"),
    )


def _header(head: bytes) -> frozenset[str]:
    """All names in what may be the header: the first line, and the last comment before it."""
    plain = find_start(head, Layout(delimiter=""))
    after = find_start(head, Layout(delimiter="", comment="#"))
    names = {*plain.layout.names, *after.layout.names}
    for line in head[: after.bytes].decode("utf-8", "replace").splitlines()[-2:]:
        bare = line.lstrip("#;/ \ufeff").encode()
        names.update(find_start(bare, Layout(delimiter="")).layout.names if bare else ())
    return frozenset(names)

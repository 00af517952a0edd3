"""What one alert tells one organisation: pure data, frozen when the alert is composed.

Every channel renders from this and from nothing else, so that a second attempt says the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_address
from uuid import UUID

SEVERITIES = ("critical", "high", "medium", "low", "info")
WHYS = ("new", "reopened", "conflict", "rejected", "reminder")
_SEVERITY_RANK = {name: rank for rank, name in enumerate(SEVERITIES)}
_WHY_RANK = {name: rank for rank, name in enumerate(WHYS)}


@dataclass(frozen=True, slots=True)
class ThreatRow:
    """One threat as it stood when the alert was composed.

    `evidence` is the latest observation's row: the feed's column names and its texts.
    `claimed_at`: of a conflict, from when it was said to be fixed.  `verdict`: of a dispute that
    was rejected, the analyst's reason.
    """

    id: UUID
    kind: str
    affected: str
    severity: str
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    why: str
    port: int | None = None
    protocol: str = ""
    tag: str = ""
    hostname: str = ""
    asn: int | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    claimed_at: datetime | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class KindText:
    """What a kind says of itself in the organisation's language."""

    title: str
    class_: str
    type: str
    what: str = ""
    risk: str = ""
    fix: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The alert's threats of one kind; `rows` may be only the first of `total`."""

    text: KindText
    severity: str
    total: int
    rows: tuple[ThreatRow, ...]


@dataclass(frozen=True, slots=True)
class AlertContent:
    """`severities` and `whys` count all threats, also those that `groups` no longer carry.

    `earlier`: Message-IDs of the alerts that this one's reminders were last told in.
    `organisation` is whom it is for; `on_behalf`, where that is a delegation's contact, the
    organisation that passes its threats on.  `passed`: to whom this organisation's threats went
    since its last digest, and how many.  `unreached`: a delegation's contact whom this alert was
    for and whose address does not work.
    """

    ticket: str
    organisation: str
    language: str
    tlp: str
    composed_at: datetime
    groups: tuple[Group, ...]
    severities: Mapping[str, int]
    whys: Mapping[str, int]
    region: str = ""
    officer: str = ""
    earlier: tuple[str, ...] = ()
    on_behalf: str = ""
    passed: tuple[tuple[str, int], ...] = ()
    unreached: str = ""

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def worst(self) -> str:
        """The highest severity in the alert."""
        return min(self.severities, key=lambda name: _SEVERITY_RANK[name])


def arranged(
    rows: Iterable[ThreatRow], text_of: Callable[[str], KindText]
) -> tuple[tuple[Group, ...], dict[str, int], dict[str, int]]:
    """Groups, worst first, with the counts by severity and by reason.

    Kinds that say the same (the same service by IPv4 and by IPv6) share a group.

    Within a group: what is new before what was said already, the most severe first, then in the
    order of addresses, so that the same threats always come in the same order.
    """
    by_kind: dict[str, list[ThreatRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    by_text: dict[KindText, list[ThreatRow]] = {}
    for kind, members in by_kind.items():
        by_text.setdefault(text_of(kind), []).extend(members)
    groups = [_group(text, members) for text, members in by_text.items()]
    groups.sort(key=lambda group: (_SEVERITY_RANK[group.severity], -group.total, group.text.title))
    severities = Counter(row.severity for group in groups for row in group.rows)
    whys = Counter(row.why for group in groups for row in group.rows)
    return (
        tuple(groups),
        {name: severities[name] for name in SEVERITIES if severities[name]},
        {name: whys[name] for name in WHYS if whys[name]},
    )


def _group(text: KindText, members: list[ThreatRow]) -> Group:
    members.sort(key=_row_order)
    severity = min((row.severity for row in members), key=lambda name: _SEVERITY_RANK[name])
    return Group(text, severity, len(members), tuple(members))


def _row_order(row: ThreatRow) -> tuple[int, int, int, int, str, int]:
    return (
        _WHY_RANK[row.why],
        _SEVERITY_RANK[row.severity],
        *_address_order(row.affected),
        row.affected,
        row.port or 0,
    )


def _address_order(affected: str) -> tuple[int, int]:
    try:
        address = ip_address(affected)
    except ValueError:
        return (9, 0)
    return (address.version, int(address))


def trimmed(
    content: AlertContent, most: int = 20, in_all: int = 100, least: int = 3
) -> AlertContent:
    """The content with the first rows of each kind only, for people to read.

    Many kinds share `in_all` rows between them, because mail programs cut long messages off; each
    keeps `least`.
    """
    share = max(least, min(most, in_all // max(1, len(content.groups))))
    return replace(
        content,
        groups=tuple(replace(group, rows=group.rows[:share]) for group in content.groups),
    )

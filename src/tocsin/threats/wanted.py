"""Which threats a reader wants, as conditions of SQL and their parameters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from tocsin.intake.normalise import PROTOCOLS
from tocsin.kinds.catalogue import Kind, kind
from tocsin.threats.states import CURRENT, Severity, State

# Told before these times, of kinds that do not wait and of others, and still there.
TOLD = (
    "t.notice = 0 AND t.state IN (1, 3, 4) AND t.reminders <= %(most_reminders)s::int"
    " AND t.alerted_at <= CASE WHEN t.kind_id = ANY(%(urgent)s::smallint[])"
    " THEN %(urgent_before)s::timestamptz ELSE %(told_before)s::timestamptz END"
)
# The table has three indexes by organisation and key: of what is not over, of what of that asks
# for a look (by state as well), and of what is over.
FILTERS = (
    "t.state = ANY(%(wanted_states)s::int[])",
    "t.severity = ANY(%(wanted_severities)s::int[])",
    "t.state_since >= %(since)s::timestamptz OR t.last_seen >= %(since)s::timestamptz",
    "t.address <<= %(prefix)s::inet",
    "t.domain = %(domain)s::text OR t.domain LIKE %(below)s::text",
    "t.first_seen <= %(at)s::timestamptz"
    " AND (t.state BETWEEN 1 AND 5 OR t.state_since >= %(at)s::timestamptz)",
    "t.opened_at >= %(opened)s::timestamptz",
    "position(%(tag)s::text in lower(t.tag)) > 0",
    TOLD,
)
HOSTS = "t.address = ANY(%(addresses)s::inet[])"
NETWORKS = (
    "t.address = ANY(%(networks)s::inet[])"
    " AND masklen(t.address) < CASE family(t.address) WHEN 4 THEN 32 ELSE 128 END"
)
NAMED = "t.domain = ANY(%(names)s::text[]) AND t.domain <> ''"
KEYED = "t.key = ANY(%(keys)s::uuid[])"
ANY = "true"
# Not as `<> ALL`: the planner would try to prove every partition's indexes useful for each report.
HIDDEN = "t.last_report_id NOT IN (SELECT unnest(%(hidden)s::bigint[]))"
NOT_OVER, OVER = "t.state < 6", "t.state > 5"
ASKING = frozenset({State.CLAIMED, State.CONFLICT, State.REOPENED, State.DISPUTED})


@dataclass(frozen=True)
class Held:
    """Threats that the authority holds back; an empty field stands for any.

    `kind`: its number.  `reports`: those of the feed.
    """

    kind: int | None = None
    prefix: str = ""
    reports: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Told:
    """What an organisation was told of so long ago that more follows, and has not got rid of.

    `urgent`: the numbers of the kinds that wait until `urgent_before` only; the others wait until
    `before`.  `reminders`: of those that had no more than so many.
    """

    before: datetime
    urgent_before: datetime
    urgent: tuple[int, ...]
    reminders: int


@dataclass(frozen=True)
class Wanted:
    """Which threats; an empty field stands for any.

    `organisation`: its number, or none for all of them.  `addresses`, `networks`, `names`: of
    exactly one of these; `keys`: one of these threats; `prefix`: within it; `domain`: it and what
    is below it.  `since`: changed or seen then or later.  `at`: known then, and not over.
    `hidden`: reports whose threats this reader must not see.  `held`: what this reader has not
    been told of, and is not to be told.  `language`: of the kinds' titles.  `opened`: whose
    present spell began then or later.  `tag`: what the tag has in it.  `told`: what is due.
    `known`: the kinds' names by number, of who has asked for them already.
    """

    organisation: int | None = None
    states: tuple[State, ...] = CURRENT
    kinds: tuple[int, ...] | None = None
    severities: tuple[Severity, ...] = ()
    since: datetime | None = None
    at: datetime | None = None
    addresses: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    keys: tuple[UUID, ...] = ()
    prefix: str = ""
    domain: str = ""
    hidden: tuple[int, ...] = ()
    held: tuple[Held, ...] = ()
    language: str = "en"
    opened: datetime | None = None
    tag: str = ""
    told: Told | None = None
    known: Mapping[int, str] | None = None

    @property
    def exactly(self) -> bool:
        """Whether the threats are found by what is affected, or by their ids."""
        return bool(self.addresses or self.networks or self.names or self.keys)


def kinds_by_number() -> dict[int, Kind]:
    """The kinds that threats were seen of."""
    return {number: kind(name) for number, name in names_by_number().items()}


def names_by_number() -> dict[int, str]:
    """Their names alone, by rising numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM threat_kind ORDER BY id")
        return dict(cursor.fetchall())


def limits(wanted: Wanted) -> list[str]:
    """What an index finds, or hardly ever leaves anything out."""
    parts = {
        "t.organisation_id = %(organisation)s::int": wanted.organisation is not None,
        HIDDEN: bool(wanted.hidden),
        "t.kind_id = ANY(%(kind_ids)s::smallint[])": wanted.kinds is not None,
        f"NOT (t.alerted_at IS NULL AND ({_any_held(wanted)}))": bool(wanted.held),
    }
    return [part for part, applies in parts.items() if applies]


def _any_held(wanted: Wanted) -> str:
    return " OR ".join(_held(at, one) for at, one in enumerate(wanted.held))


def _held(at: int, one: Held) -> str:
    """A threat without an address is in no prefix: never NULL."""
    parts = {
        f"t.kind_id = %(held_kind_{at})s::int": one.kind is not None,
        f"coalesce(t.address <<= %(held_prefix_{at})s::inet, false)": bool(one.prefix),
        f"t.last_report_id IN (SELECT unnest(%(held_reports_{at})s::bigint[]))": one.reports
        is not None,
    }
    return "(" + (" AND ".join(part for part, applies in parts.items() if applies) or "true") + ")"


def _held_values(wanted: Wanted) -> dict[str, Any]:
    return {
        name: value
        for at, one in enumerate(wanted.held)
        for name, value in (
            (f"held_kind_{at}", one.kind),
            (f"held_prefix_{at}", one.prefix or None),
            (f"held_reports_{at}", list(one.reports or ())),
        )
    }


def filters(wanted: Wanted) -> list[str]:
    """What may leave out nearly everything."""
    wide = {frozenset(State)}
    if wanted.organisation is not None and not wanted.exactly:  # see `halves`
        wide.add(frozenset(CURRENT))
    applies = (
        frozenset(wanted.states) not in wide,
        bool(wanted.severities),
        wanted.since is not None,
        bool(wanted.prefix),
        bool(wanted.domain),
        wanted.at is not None,
        wanted.opened is not None,
        bool(wanted.tag),
        wanted.told is not None,
    )
    return [f"({part})" for part, this in zip(FILTERS, applies, strict=True) if this]


def halves(wanted: Wanted) -> list[str]:
    """Conditions of which one has to be met, one for each index that has to be read."""
    if wanted.exactly:
        affected = {
            HOSTS: wanted.addresses,
            NETWORKS: wanted.networks,
            NAMED: wanted.names,
            KEYED: wanted.keys,
        }
        return [part for part, applies in affected.items() if applies]
    if wanted.organisation is None:
        return [ANY]
    states = set(wanted.states)
    if states and states <= ASKING:
        return [f"t.state = {int(state)}" for state in sorted(states)]
    current = f"{NOT_OVER} AND t.state > 0" if State.DISMISSED not in states else NOT_OVER
    parts = {current: min(states) < State.GONE, OVER: max(states) >= State.GONE}
    return [part for part, applies in parts.items() if applies]


def values(wanted: Wanted) -> dict[str, Any]:
    """The parameters of all conditions."""
    names = names_by_number() if wanted.known is None else wanted.known
    return {
        "organisation": wanted.organisation,
        "hidden": list(wanted.hidden),
        "kind_ids": list(wanted.kinds or ()),
        "wanted_states": [int(each) for each in wanted.states],
        "wanted_severities": [int(each) for each in wanted.severities],
        "since": wanted.since,
        "at": wanted.at,
        "addresses": list(wanted.addresses),
        "networks": list(wanted.networks),
        "names": list(wanted.names),
        "keys": list(wanted.keys),
        "prefix": wanted.prefix or None,
        "domain": wanted.domain,
        "below": "%." + _escaped(wanted.domain),
        "opened": wanted.opened,
        "tag": wanted.tag.lower(),
        **_told(wanted.told),
        **_numbered(),
        **_held_values(wanted),
        **_texts(tuple(names.items()), wanted.language),
    }


def _told(told: Told | None) -> dict[str, Any]:
    return {
        "told_before": told and told.before,
        "urgent_before": told and told.urgent_before,
        "urgent": list(told.urgent) if told else [],
        "most_reminders": told.reminders if told else 0,
    }


def kinds_of(
    names: Iterable[str], classes: Iterable[str], known: Mapping[int, str] | None = None
) -> tuple[int, ...]:
    """The numbers of the kinds with one of these names or of one of these classes.  `known`: as
    of `Wanted`."""
    wanted, of_class = {kind(name).name for name in names}, set(classes)
    known = names_by_number() if known is None else known
    return tuple(
        number
        for number, one in ((number, kind(name)) for number, name in known.items())
        if one.name in wanted or one.class_ in of_class
    )


@cache
def _numbered() -> dict[str, str]:
    """The words for numbers, for `shown.sql`."""
    protocols = {number: name for name, number in reversed(PROTOCOLS.items())}
    states = {state.value: state.name.lower() for state in State}
    return {
        "states": _array(states.get(number, "") for number in range(8)),
        "severities": _array(severity.name.lower() for severity in Severity),
        "protocols": _array(protocols.get(number, "") for number in range(256)),
    }


@cache
def _texts(names: tuple[tuple[int, str], ...], language: str) -> dict[str, str]:
    """What a kind says, for `shown.sql`."""
    kinds = [(number, kind(name)) for number, name in names]
    return {
        "kinds": _array(number for number, _ in kinds),
        "kind_names": _array(one.name for _, one in kinds),
        "titles": _array(one.title_in(language) for _, one in kinds),
        "classes": _array(one.class_ for _, one in kinds),
        "types": _array(one.type for _, one in kinds),
    }


def _array(values: Iterable[object]) -> str:
    """As PostgreSQL writes an array: a list would be written anew for each query."""
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


def _escaped(text: str) -> str:
    """For LIKE."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return text

"""Which threats a reader may see, for pages and the API alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_network
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import connection

from tocsin.alerts.evidence import evidence_in, latest_evidence
from tocsin.alerts.queries import held_back
from tocsin.answers.timeline import Background, background
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_glance
from tocsin.kinds.catalogue import kind
from tocsin.threats import reading
from tocsin.threats.models import Threat
from tocsin.threats.reading import One
from tocsin.threats.states import State
from tocsin.threats.wanted import Wanted, names_by_number

WIDEST = {4: 16, 6: 32}  # bits of a network that a threat is about


class Affected(TypedDict):
    """The fields of `Wanted` that say what is affected."""

    addresses: NotRequired[tuple[str, ...]]
    networks: NotRequired[tuple[str, ...]]
    names: NotRequired[tuple[str, ...]]
    prefix: NotRequired[str]


def visible(
    own: int | None, now: datetime, chosen: int | None = None, language: str = ""
) -> Wanted:
    """All that people of an organisation may see, or staff (`own` is None), who may choose one.
    `language`: of the kinds' titles; the organisation's unless told."""
    if own is None:
        return Wanted(chosen, states=tuple(State), language=language or "en")
    with staff_glance():
        return visible_in_scope(own, now, language)


def visible_in_scope(own: int, now: datetime, language: str = "") -> Wanted:
    """The same for an organisation's people, inside the staff's scope."""
    if not language:
        language = Organisation.objects.values_list("language", flat=True).get(pk=own)
    hidden, known = _never_told()
    held = held_back(own, now)
    return Wanted(
        own, states=tuple(State), hidden=hidden, held=held, language=language, known=known
    )


def _never_told() -> tuple[tuple[int, ...], dict[int, str]]:
    """The reports that are TLP:RED (what is only in those never leaves), and every kind's name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ARRAY(SELECT id FROM report WHERE tlp = 'RED'),"
            " ARRAY(SELECT id FROM threat_kind ORDER BY id),"
            " ARRAY(SELECT name FROM threat_kind ORDER BY id)"
        )
        red, numbers, names = cursor.fetchone()
    return tuple(red), dict(zip(numbers, names, strict=True))


def within(text: str) -> Affected:
    """An address, or a prefix and all in it.  Raises ValueError."""
    network = ip_network(text.strip())
    if "%" in text:  # a link's name, which means nothing elsewhere
        raise ValueError(text)
    if network.prefixlen == network.max_prefixlen:
        return {"addresses": (str(network.network_address),)}
    return {"prefix": str(network)}


def around(asked: str) -> Affected:
    """The address, network or name itself and, of an address, the networks around it."""
    try:
        network = ip_network(asked)
    except ValueError:
        return {"names": (asked,)}
    bits = range(WIDEST[network.version], network.prefixlen + 1)
    wider = tuple(str(network.supernet(new_prefix=each)) for each in bits)
    if network.prefixlen < network.max_prefixlen:
        return {"networks": wider}
    return {"addresses": (str(network.network_address),), "networks": wider[:-1]}


def in_full(one: One, segments: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A threat as lists show it, with its host's name and what its latest observation says.
    `segments`: those of its latest report, where they are known."""
    sort, key = kind(one.shown["kind"]), UUID(one.shown["threat_id"])
    if segments is None:
        evidence = latest_evidence(settings.TOCSIN_HOME, key, sort, one.report)
    else:
        evidence = evidence_in(settings.TOCSIN_HOME, segments.get(sort.name), key, sort)
    tag = one.shown["tag"] or evidence.get("tag") or None
    hostname = evidence.get(sort.columns.hostname) or None
    return {**one.shown, "tag": tag, "hostname": hostname, "evidence": evidence}


@dataclass(frozen=True)
class Whole:
    """One threat with all that is needed to tell its life."""

    one: One
    threat: Threat
    background: Background


def whole(key: UUID, own: int | None, now: datetime, language: str) -> Whole | None:
    """The threat, if it is to be seen by people of an organisation, or staff (`own` is None).

    As `visible` has it, with fewer questions: its own report is asked for its TLP, and only what
    nobody was told of can be held back.
    """
    seen = Wanted(own, states=tuple(State), language=language, known=names_by_number())
    one = reading.one(key, seen)
    if one is None:
        return None
    threat = one.threat
    with staff_glance():
        known = background(threat)
        # Of what they were told of nothing is held back.
        held = () if own is None or threat.alerted_at else held_back(own, now)
    red = own is not None and known.report is not None and known.report.tlp == "RED"
    if red or (held and reading.one(key, replace(seen, held=held)) is None):
        return None
    return Whole(one, threat, known)

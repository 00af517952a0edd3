"""Which threats a reader may see, for pages and the API alike."""

from datetime import datetime
from ipaddress import ip_network
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.conf import settings

from tocsin.alerts.evidence import latest_evidence
from tocsin.alerts.queries import held_back
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.intake.models import Report
from tocsin.kinds.catalogue import kind
from tocsin.threats.reading import One
from tocsin.threats.states import State
from tocsin.threats.wanted import Wanted

WIDEST = {4: 16, 6: 32}  # bits of a network that a threat is about


class Affected(TypedDict):
    """The fields of `Wanted` that say what is affected."""

    addresses: NotRequired[tuple[str, ...]]
    networks: NotRequired[tuple[str, ...]]
    names: NotRequired[tuple[str, ...]]
    prefix: NotRequired[str]


def visible(own: int | None, now: datetime, chosen: int | None = None) -> Wanted:
    """All that people of an organisation may see, or staff (`own` is None), who may choose one."""
    if own is None:
        return Wanted(chosen, states=tuple(State))
    with staff_scope():
        language = Organisation.objects.values_list("language", flat=True).get(pk=own)
        # TLP:RED: what is only in those never leaves.
        hidden = tuple(Report.objects.filter(tlp="RED").values_list("pk", flat=True))
        held = held_back(own, now)
    return Wanted(own, states=tuple(State), hidden=hidden, held=held, language=language)


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


def in_full(one: One) -> dict[str, Any]:
    """A threat as lists show it, with its host's name and what its latest observation says."""
    sort = kind(one.shown["kind"])
    key = UUID(one.shown["threat_id"])
    evidence = latest_evidence(settings.TOCSIN_HOME, key, sort, one.report)
    tag = one.shown["tag"] or evidence.get("tag") or None
    hostname = evidence.get(sort.columns.hostname) or None
    return {**one.shown, "tag": tag, "hostname": hostname, "evidence": evidence}

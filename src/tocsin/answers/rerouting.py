"""Who answers for a threat that its organisation says is not theirs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from tocsin.answers.rules import TAKEN_BACK
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.current_map import current_map
from tocsin.constituency.models import Asset

REFUSED = (Path(__file__).parent / "sql" / "refused.sql").read_text()


class Affected(NamedTuple):
    """A threat's affected party, and when it was seen last."""

    key: UUID
    address: str | None
    bits: int | None
    domain: str
    asn: int
    last_seen: datetime


class Held(NamedTuple):
    """What is to be known of an asset of somebody who can be asked."""

    organisation: int
    valid_from: datetime | None
    valid_to: datetime | None

    def at(self, moment: datetime) -> bool:
        begun = self.valid_from is None or self.valid_from <= moment
        return begun and (self.valid_to is None or moment < self.valid_to)


Elsewhere = Callable[[int, Sequence[tuple[object, ...]]], dict[UUID, int]]


def elsewhere(organisation: int, rows: Sequence[tuple[object, ...]]) -> dict[UUID, int]:
    """For each threat (rows of `Affected`) the next organisation in the map's order, if any.

    As of the time it was seen last, never one that has said itself that it is not theirs (which
    a delegation's contact cannot), and never one that is suspended: it would not hear of it.
    Inside the caller's scope.
    """
    if not rows:
        return {}
    threats = [Affected(*row) for row in rows]  # type: ignore[arg-type]
    asset_map = current_map()
    candidates = cache(lambda *asked: tuple(_candidates(asset_map, *asked)))
    chains = {one.key: candidates(one.address, one.bits, one.domain, one.asn) for one in threats}
    assets = _assets({asset for chain in chains.values() for asset in chain})
    refused = _refused([one.key for one in threats])
    found = {}
    for one in threats:
        not_these = {organisation, *refused.get(one.key, ())}
        chain = (assets[number] for number in chains[one.key] if number in assets)
        if number := next(_others(chain, one.last_seen, not_these), 0):
            found[one.key] = number
    return found


def _others(chain: Iterable[Held], moment: datetime, not_these: set[int]) -> Iterator[int]:
    for asset in chain:
        if asset.at(moment) and asset.organisation not in not_these:
            yield asset.organisation


def _candidates(
    asset_map: AssetMap, address: str | None, bits: int | None, domain: str, asn: int
) -> list[int]:
    if address is None or bits is None:
        if domain.startswith("@"):
            return asset_map.candidates_email_domain(domain[1:])
        return asset_map.candidates_domain(domain)
    parsed = ip_address(address)
    if parsed.version == 4:
        return asset_map.candidates_v4(int(parsed), asn, bits)
    return asset_map.candidates_v6(*divmod(int(parsed), 1 << 64), asn, bits)


def _assets(numbers: set[int]) -> Mapping[int, Held]:
    rows = Asset.objects.filter(pk__in=numbers, organisation__suspended=False).values_list(
        "pk", "organisation_id", "valid_from", "valid_to"
    )
    return {number: Held(owner, begin, end) for number, owner, begin, end in rows}


def _refused(keys: Sequence[UUID]) -> dict[UUID, set[int]]:
    """Which organisations have said of each threat that it is not theirs, and stand by it."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, {"keys": list(keys), "taken_back": TAKEN_BACK})
        return {key: set(organisations) for key, organisations in cursor.fetchall()}

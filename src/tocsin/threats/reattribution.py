"""When assets have changed: threats that nobody has been told of go to who answers for them now.

Each kind remembers the generation of the assets that its threats were attributed with, so that a
run that was killed goes on where it was, and one that has nothing to do costs a query.
"""

from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from django.db import connection

from tocsin.audit.models import Entry
from tocsin.constituency.asset_map import AssetMap
from tocsin.constituency.current_map import current_map, generation_of
from tocsin.constituency.generation import generation
from tocsin.database.patience import patiently
from tocsin.database.scope import staff_scope
from tocsin.intake.normalise import Affected, Normalised
from tocsin.threats.attribution import attribute
from tocsin.threats.bulk import SQL, lock_kind
from tocsin.threats.models import ThreatKind

UNSETTLED = (SQL / "unsettled.sql").read_text()
ATTRIBUTE = (SQL / "attribute.sql").read_text()
CHUNK = 50_000
FAMILIES = {2: 4, 3: 6}  # PostgreSQL's number of an address family


class Threats(NamedTuple):
    """Unsettled threats as columns."""

    key: tuple[Any, ...]
    organisation: tuple[int, ...]
    address: tuple[bytes | None, ...]
    domain: tuple[str, ...]
    asn: tuple[int, ...]
    last_seen: tuple[int, ...]


def attribute_again(now: datetime) -> int:
    """Every kind whose threats were attributed with older assets; returns how many moved.

    As of the time of each threat's latest observation, as at intake.
    """
    with staff_scope():
        names = list(_behind().order_by("name").values_list("name", flat=True))
    return sum(_attribute_kind(name, now) for name in names)


def _behind() -> Any:
    return ThreatKind.objects.exclude(generation=None).exclude(generation=generation())


def attributed_with(names: list[str], asset_map: AssetMap) -> None:
    """Note which assets a report's threats were attributed with.

    Assets that changed while it was taken, and were applied to these kinds already, are so once
    more.  In the report's transaction, which holds the kinds' locks.
    """
    number = generation_of(asset_map)
    kinds = ThreatKind.objects.filter(name__in=names)
    kinds.filter(generation=None).update(generation=number)
    kinds.filter(generation__gt=number).update(generation=number)


@patiently
def _attribute_kind(name: str, now: datetime) -> int:
    with staff_scope():
        number = lock_kind(name)
        asset_map = current_map()
        moved: Counter[int] = Counter()
        for key, organisation in _moves(number, asset_map):
            with connection.cursor() as cursor:
                cursor.execute(
                    ATTRIBUTE.replace("{partition}", f"threat_{number}"),
                    {"key": key, "organisation": organisation, "kind": number, "now": now},
                )
                moved.update(one for (one,) in cursor.fetchall())
        ThreatKind.objects.filter(pk=number).update(generation=generation_of(asset_map))
        if moved:
            Entry.objects.create(
                at=now,
                actor="tocsin",
                action="threats attributed again",
                subject=name,
                detail={"organisations": {str(one): moved[one] for one in sorted(moved)}},
            )
    return moved.total()


def _moves(number: int, asset_map: AssetMap) -> list[tuple[list[Any], list[int]]]:
    """Keys and organisations, of those only whose organisation is another one now."""
    moves = []
    with connection.chunked_cursor() as cursor:
        cursor.execute(UNSETTLED.replace("{partition}", f"threat_{number}"))
        while rows := cursor.fetchmany(CHUNK):
            threats = Threats(*zip(*rows, strict=True))
            found = attribute(asset_map, _typed(threats))
            other = np.flatnonzero(found != np.array(threats.organisation))
            if len(other):
                moves.append(([threats.key[one] for one in other], found[other].tolist()))
    return moves


def _typed(threats: Threats) -> Normalised:
    """As intake's rows; `inet_send` gives family, prefix length, a flag, size, address."""
    count = len(threats.key)
    sent = [bytes(one) if one else b"\0\0" for one in threats.address]
    address = b"".join(one[4:].ljust(16, b"\0") for one in sent)
    nothing = np.zeros(count, np.int32)
    return Normalised(
        row=np.arange(count),
        time=np.array(threats.last_seen, np.int64),
        affected=Affected(
            np.array([FAMILIES.get(one[0], 0) for one in sent], np.uint8),
            np.frombuffer(address, np.uint8).reshape(count, 16),
            np.array([one[1] for one in sent], np.uint8),
            pa.array(threats.domain, pa.string()),
        ),
        port=nothing,
        protocol=nothing.astype(np.int16),
        asn=np.array(threats.asn, np.int64),
        severity=nothing.astype(np.int16),
        tag=pa.array([""] * count, pa.string()),
    )

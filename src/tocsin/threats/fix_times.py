"""How long threats stood until they were observed gone, beside those of similar organisations.

Observed, not causal: nothing here says why a threat went away.  Only kinds of scan nature count,
because only of those anybody looks whether they are still there.  A threat that came back counts
with its present spell, once that is over.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.kinds.catalogue import kind
from tocsin.threats.models import FixTime, PeerFixTime
from tocsin.threats.wanted import names_by_number

SQL = Path(__file__).parent / "sql"
FIX_TIMES = (SQL / "fix_times.sql").read_text()
PEER_FIX_TIMES = (SQL / "peer_fix_times.sql").read_text()
MONTHS = 12  # shown, and made good when there are none yet
FEWEST_PEERS = 10
FEWEST_THREATS = 5  # for an organisation's median to count among its peers'
NO_KIND = "other"


@dataclass(frozen=True)
class Spread:
    """Days: a quarter of the cases took `lower` or less, half `middle`, three quarters `upper`.
    `count`: of how many threats, or organisations."""

    count: int
    lower: float
    middle: float
    upper: float


@dataclass(frozen=True)
class Month:
    """`first`: its first day.  None where there is nothing, or too little to be shown."""

    first: date
    own: Spread | None
    peers: Spread | None


def refresh(now: datetime) -> int:
    """Bring the tables up to date; how many rows of organisations were written.

    Earlier months than the last one stay as they were then, unless there are none.
    """
    with staff_scope(), transaction.atomic():
        since = _since(now.astimezone(UTC).date())
        given: dict[str, Any] = {"since": since, "kinds": _scanned(), "least": FEWEST_THREATS}
        FixTime.objects.filter(month__gte=since).delete()
        PeerFixTime.objects.filter(month__gte=since).delete()
        with connection.cursor() as cursor:
            cursor.execute(FIX_TIMES, given)
            written: int = cursor.rowcount
            cursor.execute(PEER_FIX_TIMES, given)
    return written


def compared(organisation: Organisation, today: date) -> list[Month]:
    """The last months, the earliest first, with the peers' where there are enough of them."""
    firsts = months(today)
    own = {
        one.month: Spread(one.threats, one.lower, one.middle, one.upper)
        for one in FixTime.objects.filter(organisation=organisation, month__in=firsts)
    }
    with staff_scope():
        peers = {
            one.month: one for one in PeerFixTime.objects.filter(
                kind=organisation.kind, month__in=firsts
            )
        }  # fmt: skip
    return [
        Month(first, own.get(first), _peers(organisation.kind, own.get(first), peers.get(first)))
        for first in firsts
    ]


def months(today: date) -> list[date]:
    """First days of the last `MONTHS` months, this one last."""
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def _peers(kind_of: str, own: Spread | None, all_of_kind: PeerFixTime | None) -> Spread | None:
    """The kind's figures, where at least `FEWEST_PEERS` others are in them."""
    if all_of_kind is None or kind_of == NO_KIND:
        return None
    is_in = own is not None and own.count >= FEWEST_THREATS
    others = all_of_kind.organisations - is_in
    if others < FEWEST_PEERS:
        return None
    days = (round(each) for each in (all_of_kind.lower, all_of_kind.middle, all_of_kind.upper))
    return Spread(others, *days)


def _since(today: date) -> date:
    """The last month, for reports that came late, or the latest that there is."""
    *_, last_month, _this = months(today)
    known = FixTime.objects.order_by("-month").values_list("month", flat=True).first()
    return min(known, last_month) if known else months(today)[0]


def _scanned() -> list[int]:
    return [number for number, name in names_by_number().items() if kind(name).nature == "scan"]

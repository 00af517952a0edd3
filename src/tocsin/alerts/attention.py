"""What of an organisation's threats asks for a look at this moment, and what is due."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tocsin.alerts.rules import (
    COMPROMISED,
    MOST_REMINDERS,
    REMIND_COMPROMISED,
    REMIND_OTHERS,
)
from tocsin.threats.planned import ask
from tocsin.threats.wanted import ASKING, TOLD, Told, Wanted, kinds_of, limits, values

ATTENTION = (Path(__file__).parent / "sql" / "attention.sql").read_text()
COUNT = (
    "(SELECT count(*) FROM (SELECT FROM threat t"
    " WHERE {whose} AND t.state = {state} LIMIT %(most)s::int) counted)"
)
INDEXED = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; "
MOST = 1_000  # that are counted
SOON = timedelta(days=2)


class Attention(NamedTuple):
    """How many threats, each up to `MOST`.

    `due`: told, still there, and to be told again (or to the protect officer) within two days.
    """

    claimed: int
    conflict: int
    reopened: int
    disputed: int
    due: int
    current: int


def due_soon(now: datetime, known: Mapping[int, str] | None = None) -> Told:
    """What was told so long ago that the next step is less than two days away, or past.  `known`:
    the kinds, as of `Wanted`."""
    return Told(
        before=now + SOON - REMIND_OTHERS,
        urgent_before=now + SOON - REMIND_COMPROMISED,
        urgent=kinds_of((), COMPROMISED, known),
        reminders=MOST_REMINDERS,
    )


def attention(wanted: Wanted, told: Told) -> Attention:
    """`wanted`: whose, and what its reader must not see.  In the reader's scope."""
    whose = " AND ".join(limits(wanted))
    counts = ", ".join(COUNT.format(whose=whose, state=int(state)) for state in sorted(ASKING))
    statement = ATTENTION.format(counts=counts, whose=whose, told=TOLD)
    row = ask(INDEXED, statement, values(replace(wanted, told=told)) | {"most": MOST})
    assert row is not None
    return Attention(*row)

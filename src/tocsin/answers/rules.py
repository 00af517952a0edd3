"""What an answer does to a threat: pure decisions, no clock and no database.

    state                              fixed          not-ours     false-positive  others
    open, reopened, claimed, conflict  claimed        re-routed    disputed        -
    disputed                           claimed        re-routed    disputed        -
    gone, lost                         remembered     -            -               -
    dismissed                          -              -            -               -

A claim from a time before which the threat was still seen is a conflict at once.  Where no other
organisation can be asked, `not-ours` is disputed, too; from a delegation's contact it changes
nothing, because it is for the operator to say so.  `will-not-fix` ends the reminders of a current
threat.  Whatever an answer does, it is kept.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from tocsin.answers.statements import Statement
from tocsin.threats.rules import GRACE
from tocsin.threats.states import CURRENT, State

# Long enough for a feed to learn of it, short enough that a machine that became weak is not
# passed over for ever.
DISMISSED_FOR = timedelta(days=180)
# Long enough to notice a mistake, short enough that hardly anything happens meanwhile.
UNDO_FOR = timedelta(minutes=30)
# What stands in the record where an answer was taken back: nobody states it of a threat.
TAKEN_BACK = "taken-back"
TAKEN_BACK_CAUSE = "its answer was taken back"


class Effect(StrEnum):
    """`REMEMBERED`: a claim on a threat that seems to be over; it counts if a late report shows
    that it was not.  `QUIET`: no more reminders."""

    NONE = "none"
    CLAIMED = "claimed"
    CONFLICT = "conflict"
    REMEMBERED = "remembered"
    DISPUTED = "disputed"
    REROUTED = "re-routed"
    QUIET = "quiet"


class Verdict(StrEnum):
    """What an analyst says to a dispute."""

    CONFIRM = "confirm"
    REJECT = "reject"
    ASSIGN = "assign"
    NOBODY = "nobody"


# What became of a dispute that no analyst decided.
WITHDRAWN, MOVED = "withdrawn", "moved"

_AFTER = {
    Effect.CLAIMED: State.CLAIMED,
    Effect.CONFLICT: State.CONFLICT,
    Effect.DISPUTED: State.DISPUTED,
    Effect.REROUTED: State.OPEN,
}


class Case(NamedTuple):
    """`contradicted`: seen more than the grace after the claim.  `elsewhere`: another organisation
    can be asked.  `delegated`: a delegation's contact says so."""

    state: State
    statement: Statement
    contradicted: bool = False
    elsewhere: bool = False
    delegated: bool = False


def effect(case: Case) -> Effect:
    if case.state not in CURRENT:
        over = case.state in (State.GONE, State.LOST)
        return Effect.REMEMBERED if over and case.statement is Statement.FIXED else Effect.NONE
    match case.statement:
        case Statement.FIXED:
            return Effect.CONFLICT if case.contradicted else Effect.CLAIMED
        case Statement.FALSE_POSITIVE:
            return Effect.DISPUTED
        case Statement.NOT_OURS if not case.delegated:
            return Effect.REROUTED if case.elsewhere else Effect.DISPUTED
        case Statement.WILL_NOT_FIX:
            return Effect.QUIET
        case _:
            return Effect.NONE


def after(case: Case) -> State:
    """The state that the answer leaves."""
    return _AFTER.get(effect(case), case.state)


def claimed_from(since: datetime | None, now: datetime, opened_at: datetime) -> datetime:
    """The time from which it is claimed fixed: within the present spell, because what was seen
    then speaks against anything earlier."""
    return max(since or now, opened_at)


def contradicted(claimed_at: datetime, last_seen: datetime) -> bool:
    return last_seen > claimed_at + GRACE


def cases(*, delegated: bool) -> list[Case]:
    """Every case there is, for a statement that decides many at once."""
    facts = product(State, Statement, (False, True), (False, True))
    return [Case(*fact, delegated) for fact in facts]

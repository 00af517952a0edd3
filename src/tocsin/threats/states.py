"""A threat's states, notices and severities as the numbers that the table holds."""

from enum import IntEnum


class State(IntEnum):
    """From OPEN to DISPUTED a threat is current; see docs/explanation/states.md."""

    DISMISSED = 0
    OPEN = 1
    CLAIMED = 2
    CONFLICT = 3
    REOPENED = 4
    DISPUTED = 5
    GONE = 6
    LOST = 7


class Notice(IntEnum):
    """What the organisation has not been told yet."""

    NONE = 0
    NEW = 1
    REOPENED = 2
    CONFLICT = 3
    REJECTED = 4


class Severity(IntEnum):
    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


CURRENT = tuple(state for state in State if State.OPEN <= state < State.GONE)
# As a number of reminders sent: the organisation will not act, and needs no more of them.
NO_MORE_REMINDERS = 100
RECURRENCE_DAYS = 30

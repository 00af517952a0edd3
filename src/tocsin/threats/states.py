"""A threat's states, notices and severities as the numbers that the table holds."""

from enum import IntEnum


class State(IntEnum):
    """Below GONE a threat is current; see docs/explanation/states.md for the transitions."""

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


class Severity(IntEnum):
    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


CURRENT = tuple(state for state in State if state < State.GONE)
RECURRENCE_DAYS = 30

"""When a contact is asked whether it is still right, and when it counts as unconfirmed.  No I/O."""

from datetime import datetime, timedelta
from enum import Enum, auto

ASK_AFTER = timedelta(days=180)
REMIND_AFTER, EXPIRE_AFTER = timedelta(days=14), timedelta(days=30)  # after being asked
LINK_VALID_FOR = timedelta(days=60)


class Step(Enum):
    """What is due for a contact."""

    NONE = auto()
    ASK = auto()
    REMIND = auto()
    EXPIRE = auto()


def step(
    *,
    right_since: datetime,
    asked_at: datetime | None,
    reminded_at: datetime | None,
    unconfirmed_at: datetime | None,
    now: datetime,
) -> Step:
    """`right_since`: confirmed, or else known to us, since then."""
    if unconfirmed_at is not None:
        return Step.NONE
    if asked_at is None:
        return Step.ASK if now - right_since >= ASK_AFTER else Step.NONE
    if now - asked_at >= EXPIRE_AFTER:
        return Step.EXPIRE
    waits = reminded_at is None and now - asked_at >= REMIND_AFTER
    return Step.REMIND if waits else Step.NONE

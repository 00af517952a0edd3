"""Who may give which role, and what happens to people who stay away.  No I/O."""

from datetime import datetime, timedelta
from enum import Enum, auto

from tocsin.access.models import MEMBER_ROLES, STAFF_ROLES, Role

INVITATION_VALID_FOR = timedelta(days=7)
STAFF_AWAY, MEMBER_AWAY = timedelta(days=90), timedelta(days=180)
NOTICE = timedelta(days=30)  # between being told and being closed


def may_invite(giver: Role) -> frozenset[Role]:
    """The roles that somebody may invite others to: an owner his own organisation's, an analyst
    organisations' owners and the authority's staff."""
    if giver is Role.OWNER:
        return MEMBER_ROLES
    return STAFF_ROLES | {Role.OWNER} if giver is Role.ANALYST else frozenset()


def may_manage(giver: Role, role: Role) -> bool:
    """Whether `giver` may change, suspend or remove people of that role (within his scope)."""
    if giver is Role.OWNER:
        return role in MEMBER_ROLES
    return giver is Role.ANALYST


def may_become(giver: Role, now: Role) -> frozenset[Role]:
    """The roles that somebody's role may be changed to.  Members stay members; staff of another
    role are invited anew, so that no role of the staff is given by one click."""
    return MEMBER_ROLES if now in MEMBER_ROLES and may_manage(giver, now) else frozenset()


class Step(Enum):
    """What is due for somebody."""

    NONE = auto()
    TELL = auto()
    CLOSE = auto()


def dormant_step(
    *, staff: bool, last_active: datetime, told_at: datetime | None, now: datetime
) -> Step:
    """Being told before the last activity does not count: staying away began anew."""
    if now - last_active < (STAFF_AWAY if staff else MEMBER_AWAY):
        return Step.NONE
    if told_at is None or told_at <= last_active:
        return Step.TELL
    return Step.CLOSE if now - told_at >= NOTICE else Step.NONE

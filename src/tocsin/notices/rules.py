"""Which notices there are, whom each is for, and when somebody is mailed.  No I/O."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tocsin.access.models import Role

KEEP = timedelta(days=90)
MAILED_WITHIN = timedelta(days=7)  # what is older is not mailed any more
MOST_IN_MAIL = 20
MOST_COUNTED = 100  # unread ones: "99 or more" is all that a number can say

MEMBERS = frozenset({Role.OWNER, Role.ABUSE_DESK, Role.READER})
DESK = frozenset({Role.OWNER, Role.ABUSE_DESK})
OWNER = frozenset({Role.OWNER})
ANALYST = frozenset({Role.ANALYST})


class Kind(StrEnum):
    ALERT_SENT = "alert-sent"
    CLAIM_CONTRADICTED = "claim-contradicted"
    DISPUTE_DECIDED = "dispute-decided"
    DELEGATE_ANSWERED = "delegate-answered"
    CONTACT_BOUNCED = "contact-bounced"
    CONTACT_DOUBTED = "contact-doubted"
    CLAIMS_DECIDED = "claims-decided"
    APPLICATION_CAME = "application-came"
    DISPUTE_OPENED = "dispute-opened"
    DELIVERY_FAILED = "delivery-failed"
    FEED_LATE = "feed-late"
    RELEASE_NEEDED = "release-needed"
    CONTACTS_SILENT = "contacts-silent"


class Mail(StrEnum):
    """How often somebody is mailed what they have not read."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    NONE = "none"


DEFAULT = Mail.DAILY


@dataclass(frozen=True, slots=True)
class Sort:
    """`roles`: whom it is for.  `mailed`: not where these people get a mail of its own.
    `carried`: told to webhooks as `notice`, not where an event of its own tells it."""

    roles: frozenset[Role]
    mailed: bool = True
    carried: bool = True


SORTS = {
    Kind.ALERT_SENT: Sort(MEMBERS, carried=False),
    Kind.CLAIM_CONTRADICTED: Sort(DESK, carried=False),
    Kind.DISPUTE_DECIDED: Sort(DESK, carried=False),
    Kind.DELEGATE_ANSWERED: Sort(DESK, carried=False),
    Kind.CONTACT_BOUNCED: Sort(OWNER),
    Kind.CONTACT_DOUBTED: Sort(OWNER, mailed=False),
    Kind.CLAIMS_DECIDED: Sort(OWNER),
    Kind.APPLICATION_CAME: Sort(ANALYST),
    Kind.DISPUTE_OPENED: Sort(ANALYST, carried=False),
    Kind.DELIVERY_FAILED: Sort(ANALYST),
    Kind.FEED_LATE: Sort(ANALYST),
    Kind.RELEASE_NEEDED: Sort(ANALYST),
    Kind.CONTACTS_SILENT: Sort(ANALYST, mailed=False),
}


def kinds_for(role: str) -> list[str]:
    """What somebody of that role is told of; nothing for those who look and do not act."""
    return [kind.value for kind, sort in SORTS.items() if role in sort.roles]


def mailed_pairs() -> list[tuple[str, str]]:
    """Each role with each kind that it is mailed."""
    return [
        (role.value, kind.value)
        for kind, sort in SORTS.items()
        if sort.mailed
        for role in sorted(sort.roles)
    ]

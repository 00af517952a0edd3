"""What organisations say of their threats, and what is said to them in return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LONGEST_COMMENT = 2_000


class Statement(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    FIXED = "fixed"
    CUSTOMER_TOLD = "customer-told"
    NOT_OURS = "not-ours"
    FALSE_POSITIVE = "false-positive"
    WILL_NOT_FIX = "will-not-fix"
    NEED_HELP = "need-help"


class Via(StrEnum):
    """The way that an answer came."""

    LINK = "link"
    MAIL = "mail"
    UPLOAD = "upload"
    API = "api"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as somebody gave it.

    `since`: when the threat was fixed, if that was said.  `row`: the line of the file that it
    came in, 0 none.
    """

    threat: UUID
    statement: Statement
    comment: str = ""
    since: datetime | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Who:
    """Who says it: a name or an address, the person who is signed in, or a delegation's contact."""

    name: str
    person: int | None = None
    delegation: int | None = None


class Reason(StrEnum):
    """Why an answer was not taken.

    `UNKNOWN` is the same for threats that do not exist and for those of others, so that nobody
    learns which ids exist.
    """

    UNKNOWN = "unknown"
    FUTURE = "future"
    LONG = "long"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Refused:
    row: int
    threat: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a submission came to.

    `unchanged`: said before in the same words, and still so.  `states`: the threats' states
    afterwards, by name, without those that are another organisation's now.  `effects`: what the
    taken answers did, by `rules.Effect`.
    """

    submission: UUID
    taken: int
    unchanged: int
    refused: tuple[Refused, ...]
    states: Mapping[str, int]
    effects: Mapping[str, int] = field(default_factory=dict)

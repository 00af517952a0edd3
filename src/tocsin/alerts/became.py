"""What was done with an incoming mail."""

from enum import Enum


class Became(Enum):
    BOUNCED = "bounced"
    DELAYED = "delayed"
    KNOWN = "known"  # handled before, or of a delivery that has ended already
    UNPROVEN = "unproven"  # a bounce that names no mail of ours, or its ticket only
    AUTOMATIC = "automatic"
    ANSWERED = "answered"  # every answer in it was taken
    PARTLY = "partly"  # some were refused
    REFUSED = "refused"  # all were
    COMMENT = "comment"  # plain words only
    UNVERIFIED = "unverified"  # an answer, but nobody can tell from whom
    REPLY = "reply"
    OTHER = "other"


FOR_A_PERSON = (
    Became.PARTLY,
    Became.REFUSED,
    Became.COMMENT,
    Became.UNVERIFIED,
    Became.REPLY,
    Became.UNPROVEN,
    Became.OTHER,
)

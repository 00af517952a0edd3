"""What a run has before it: the members of all its paths, each with its feed and its day."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import DataError

from tocsin.intake.batches import Refused
from tocsin.intake.containers import DamagedError, Member, open_members
from tocsin.intake.feed_specs import FeedSpec, all_feeds, of_feed, recognise
from tocsin.intake.formats.reading import delivery

log = logging.getLogger(__name__)

NO_DAY = date.min
# What a file may provoke that nobody has thought of: it is refused, and the others go on.
BEYOND_US = (ValueError, TypeError, LookupError, ArithmeticError, DataError)
BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
# An empty file is no day without findings: a report without rows still has its header.
EMPTY = Refused(0, "empty-file", "there is nothing in it")
UNKNOWN = Refused(0, "unknown-format", "no feed knows it by its name or its content")


@dataclass(frozen=True)
class Waiting:
    """A member that nothing has been read of yet; with a `problem` nothing will be."""

    member: Member
    spec: FeedSpec | None
    day: date | None
    stream: str
    problem: Refused | None = None


def waiting(paths: Iterable[Path], feed: str = "") -> list[Waiting]:
    """The members, earlier days first.  `feed`: all are that feed's, which has to exist."""
    specs = of_feed(all_feeds(settings.TOCSIN_HOME), feed)
    # What is said to be of a feed of one shape is read so, whatever it is called.
    otherwise = specs[0] if feed and len(specs) == 1 else None
    return sorted(
        (look_at(member, specs, otherwise) for path in paths for member in open_members(path)),
        key=lambda one: (one.day or NO_DAY, one.member.origin),
    )


def beyond_us(member: Member, error: Exception) -> Refused:
    """The reason for a file that provoked one of `BEYOND_US`, which is logged."""
    log.error("%s could not be taken", member.origin, exc_info=error)
    return Refused(0, "not-understood", f"{type(error).__name__}: {error}")


def look_at(member: Member, specs: tuple[FeedSpec, ...], otherwise: FeedSpec | None) -> Waiting:
    """Which of the feeds knows the member, and for which day it is; `otherwise`: if none does."""
    if member.refused:
        return Waiting(member, None, None, "", member.refused)
    try:
        head = member.head()
        if not head.strip(BLANK):
            return Waiting(member, None, None, "", EMPTY)
        spec = recognise(member, head, specs) or otherwise
        if spec is None:
            return Waiting(member, None, None, "", UNKNOWN)
        named = delivery(member, spec)
    except DamagedError as error:
        return Waiting(member, None, None, "", Refused(0, error.reason, str(error)))
    except BEYOND_US as error:
        return Waiting(member, None, None, "", beyond_us(member, error))
    return Waiting(member, spec, named.day, named.stream)

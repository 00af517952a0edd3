"""An engagement as a calendar file (RFC 5545): whole days, as the engagement has them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from tocsin.outreach.models import Engagement
from tocsin.outreach.words import way_in_words

LONGEST = 75  # bytes of a line, by the RFC


def calendar(engagement: Engagement, address: str, host: str) -> bytes:
    """The engagement and its follow-up.  `address`: of its page; `host`: makes its ids unique.

    They keep their ids, so that a calendar that has them already changes them.
    """
    whose = engagement.organisation.name
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tocsin//Engagements//EN"]
    what = f"{way_in_words(engagement.way).capitalize()}: {whose}"
    lines += _event(engagement, "day", engagement.day, what, address, host)
    if engagement.follow_up_on is not None and engagement.followed_up_at is None:
        what = _("Follow-up: %(organisation)s") % {"organisation": whose}
        lines += _event(engagement, "follow-up", engagement.follow_up_on, what, address, host)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def _event(
    engagement: Engagement, which: str, day: date, what: str, address: str, host: str
) -> list[str]:
    made = engagement.made_at.astimezone(UTC)
    status = "CANCELLED" if engagement.cancelled_at else "CONFIRMED"
    return [
        "BEGIN:VEVENT",
        f"UID:engagement-{engagement.pk}-{which}@{host}",
        f"DTSTAMP:{_moment(made)}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(what)}",
        f"URL:{address}",
        f"STATUS:{status}",
        "TRANSP:TRANSPARENT" if which == "follow-up" else "TRANSP:OPAQUE",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """As a text value may have it; a line break would begin a property of its own."""
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return "\\n".join(text.splitlines())


def folded(line: str) -> Iterator[str]:
    """Lines of at most 75 bytes, the later ones after a blank; no letter is cut in two."""
    part, length = "", 0
    for letter in line:
        size = len(letter.encode())
        if length + size > LONGEST:
            yield part
            part, length = " ", 1
        part, length = part + letter, length + size
    yield part


def _moment(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"

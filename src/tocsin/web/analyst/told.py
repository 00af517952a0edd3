"""A threat's time line in sentences, for the part that shows one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.answers.timeline import Event, What

SEEN = {What.FIRST_SEEN, What.LAST_SEEN, What.SEEN_AGAIN, What.HEALTHY_DAY, What.UNHEALTHY_DAY}
SAID = ("comment", "cause", "reason")
THEIRS = {What.ANSWERED, What.DISPUTED}


@dataclass(frozen=True)
class Entry:
    """`side`: `theirs`, `ours` or `seen`; `text`: what was said, in their own words."""

    at: datetime
    side: str
    title: str
    by: str = ""
    text: str = ""


def entries_of(events: Iterable[Event]) -> list[Entry]:
    return [
        Entry(
            one.at, _side(one.what), _title(one), str(one.detail.get("by", "")),
            next((str(one.detail[name]) for name in SAID if one.detail.get(name)), ""),
        )
        for one in events
    ]  # fmt: skip


def _side(what: What) -> str:
    if what in SEEN:
        return "seen"
    return "theirs" if what in THEIRS else "ours"


def _title(one: Event) -> str:
    said = one.detail
    titles = {
        What.FIRST_SEEN: _("First seen"),
        What.LAST_SEEN: _("Last seen"),
        What.SEEN_AGAIN: _("Seen again"),
        What.ANSWERED: _("They say: %s") % said.get("statement", ""),
        What.DISPUTED: _("They dispute it: %s") % said.get("statement", ""),
        What.DECIDED: _("Decided: %s") % said.get("verdict", ""),
        What.CHANGED: _("From %(from)s to %(to)s") % {
            "from": said.get("from", ""), "to": said.get("to", ""),
        },
        What.ALERTED: _("Told in %s") % said.get("ticket", ""),
        What.DELIVERED: _("Delivered to %s") % said.get("recipient", ""),
        What.HEALTHY_DAY: _("Looked for"),
        What.UNHEALTHY_DAY: _("The feed’s delivery proves nothing"),
    }  # fmt: skip
    return str(titles[one.what])

"""A threat's life in words: what was seen, what its organisation said, what we did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tocsin.alerts.replies.words import name_of
from tocsin.answers.rules import TAKEN_BACK
from tocsin.answers.statements import Statement
from tocsin.answers.timeline import Event, What
from tocsin.threats.states import State
from tocsin.web.desk.answering import language
from tocsin.web.filters import day, moment
from tocsin.web.tags import STATES

SEEN, THEIRS, OURS = "seen", "theirs", "ours"
LOOKED = (What.HEALTHY_DAY, What.UNHEALTHY_DAY)
CAUSES = (
    gettext_noop("not in the last healthy scans"),
    gettext_noop("no healthy scan for 30 days"),
    gettext_noop("not seen for its window"),
    gettext_noop("observed again"),
    gettext_noop("said to be fixed"),
    gettext_noop("said to be fixed, but seen after that"),
    gettext_noop("said to be no threat"),
    gettext_noop("said to be somebody else's"),
    gettext_noop("seen again after it was said to be fixed"),
    gettext_noop("another organisation answers for it"),
    gettext_noop("the organisation before said that it is not theirs"),
    gettext_noop("a report that came late"),
    gettext_noop("its answer was taken back"),
    gettext_noop("an analyst confirmed that it is no threat"),
    gettext_noop("an analyst found that it is a threat, and theirs"),
    gettext_noop("an analyst found who answers for it"),
    gettext_noop("an analyst found that nobody answers for it"),
    gettext_noop("its dismissal has ended"),
    gettext_noop("its dismissal has ended, and it was seen since"),
)
REASONS = {
    "new": gettext_noop("as a new threat"),
    "reopened": gettext_noop("because it is back"),
    "conflict": gettext_noop("because it was seen after it was said to be fixed"),
    "rejected": gettext_noop("with what an analyst decided"),
    "reminder": gettext_noop("as a reminder"),
}
VERDICTS = {
    "confirm": gettext_noop("An analyst agreed: it is no threat"),
    "reject": gettext_noop("An analyst did not agree: it is a threat"),
    "assign": gettext_noop("An analyst found who answers for it"),
    "nobody": gettext_noop("An analyst found that nobody answers for it"),
    "withdrawn": gettext_noop("The dispute was withdrawn"),
    "moved": gettext_noop("Another organisation was asked"),
}


@dataclass(frozen=True)
class Entry:
    """A line of the time line; `side`: who it is from."""

    at: datetime
    side: str
    title: str
    by: str = ""
    text: str = ""


def entries(events: Iterable[Event]) -> list[Entry]:
    """In order; days on which nothing but the looking happened are put together."""
    found: list[Entry] = []
    for what, group in groupby(events, lambda one: one.what):
        if what in LOOKED:
            found.append(_looked(what, list(group)))
        else:
            found.extend(_entry(one) for one in group)
    return found


def _looked(what: What, events: list[Event]) -> Entry:
    count = len({one.at for one in events})
    feeds = ", ".join(sorted({one.detail["feed"] for one in events}))
    if what is What.HEALTHY_DAY:
        said = ngettext("Looked for on %(count)s day", "Looked for on %(count)s days", count)
        text = "" if count == 1 else _("Until %(day)s.") % {"day": day(events[-1].at)}
    else:
        said = ngettext(
            "On %(count)s day the feed proves nothing",
            "On %(count)s days the feed proves nothing",
            count,
        )
        text = _("Its file was missing or shorter than usual: that closes nothing.")
    return Entry(events[0].at, SEEN, said % {"count": count}, feeds, text)


def _entry(one: Event) -> Entry:
    return _MADE[one.what](one.at, one.detail)


def _first(at: datetime, detail: dict[str, Any]) -> Entry:
    return Entry(at, SEEN, _("Seen for the first time"))


def _last(at: datetime, detail: dict[str, Any]) -> Entry:
    said = ngettext("Seen %(count)s time in all.", "Seen %(count)s times in all.", detail["times"])
    return Entry(at, SEEN, _("Seen last"), detail["feed"], said % {"count": detail["times"]})


def _again(at: datetime, detail: dict[str, Any]) -> Entry:
    return Entry(at, SEEN, _("Seen again"))


def _answered(at: datetime, detail: dict[str, Any]) -> Entry:
    if detail["statement"] == TAKEN_BACK:
        return Entry(at, THEIRS, _("The answer before was taken back"), detail["by"])
    said = name_of(Statement(detail["statement"]), language())
    return Entry(
        at, THEIRS, _("Answered: %(statement)s") % {"statement": said}, detail["by"],
        "\n\n".join(filter(None, _about_answer(detail))),
    )  # fmt: skip


def _about_answer(detail: dict[str, Any]) -> Iterator[str]:
    yield detail["comment"]
    if detail["since"]:
        yield _("Fixed since %(time)s.") % {"time": moment(detail["since"])}
    if detail["delegated"]:
        yield _("Said by whom the organisation has passed it on to.")


def _disputed(at: datetime, detail: dict[str, Any]) -> Entry:
    return Entry(at, OURS, _("An analyst is asked to look at it"))


def _decided(at: datetime, detail: dict[str, Any]) -> Entry:
    return Entry(
        at, OURS, _(VERDICTS.get(detail["verdict"], detail["verdict"])), text=detail["reason"] or ""
    )


def _changed(at: datetime, detail: dict[str, Any]) -> Entry:
    words = {
        "before": STATES[State[detail["from"].upper()]][1],
        "after": STATES[State[detail["to"].upper()]][1],
    }
    if detail["from"] == detail["to"]:
        return Entry(at, "", _("Still %(after)s") % words, text=_sentence(detail["cause"]))
    said = _("From %(before)s to %(after)s") % words
    return Entry(at, "", said, text=_sentence(detail["cause"]))


def _alerted(at: datetime, detail: dict[str, Any]) -> Entry:
    said = _("Told in %(ticket)s") % {"ticket": detail["ticket"]}
    reason = REASONS.get(detail["reason"], "")
    return Entry(at, OURS, said, text=_sentence(reason))


def _delivered(at: datetime, detail: dict[str, Any]) -> Entry:
    said = _("%(ticket)s left by %(channel)s") % detail
    return Entry(at, OURS, said, detail["recipient"])


def _sentence(words: str) -> str:
    said = _(words) if words else ""
    return f"{said[:1].upper()}{said[1:]}." if said else ""


_MADE = {
    What.FIRST_SEEN: _first,
    What.LAST_SEEN: _last,
    What.SEEN_AGAIN: _again,
    What.ANSWERED: _answered,
    What.DISPUTED: _disputed,
    What.DECIDED: _decided,
    What.CHANGED: _changed,
    What.ALERTED: _alerted,
    What.DELIVERED: _delivered,
}

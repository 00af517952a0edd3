"""One page on one organisation, for an officer on the way there: as data, and as a PDF.

The PDF is tagged (PDF/UA-1), with a title and a language, and set in Libertinus Serif, which comes
with the typesetter and has Latin, Greek and Cyrillic letters.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.constituency.models import Organisation
from tocsin.kinds.catalogue import kind
from tocsin.outreach import queries, words
from tocsin.outreach.assessment import latest
from tocsin.outreach.controls import Beside, beside
from tocsin.outreach.facts import Observed
from tocsin.outreach.models import Engagement
from tocsin.outreach.queries import Known, Shown, shown
from tocsin.outreach.rules import Seen

TEMPLATE = Path(__file__).parent / "briefing.typ"
MOST_KINDS, MOST_REASONS, MOST_ACTIONS = 6, 6, 4
LONGEST = 110  # characters of a line of somebody's own


@dataclass(frozen=True)
class Line:
    """A kind of threat: how many a day, now and before, and the first thing to do about it."""

    title: str
    severity: str
    now: str
    before: str
    fix: str


@dataclass(frozen=True)
class ControlLine:
    title: str
    said: str
    seen: str


@dataclass(frozen=True)
class Briefing:
    """All that stands on the page, in words.  `more`: on kinds that there was no room for."""

    title: str
    about: str
    made: str
    score: str
    reasons: tuple[str, ...]
    heads: tuple[str, ...]
    kinds: tuple[Line, ...]
    more: str
    exchange: tuple[tuple[str, str], ...]
    agreed: tuple[str, ...]
    controls: tuple[ControlLine, ...]


def briefing(known: Known, now: datetime) -> Briefing:
    """As things are at this moment; the score as it was worked out last."""
    organisation, score = known.organisation, known.score
    looked, seen = queries.seen(organisation.pk, now)
    kinds, more = _kinds(seen)
    return Briefing(
        title=organisation.name,
        about=_about(known),
        made=formats.date_format(now, "j F Y, H:i") + " UTC",
        score=_("%(points)d points in the queue") % {"points": score.points if score else 0},
        reasons=tuple(_reason(one) for one in shown(score)[:MOST_REASONS]),
        heads=_heads(looked),
        kinds=kinds,
        more=more,
        exchange=_exchange(known),
        agreed=_agreed(organisation),
        controls=tuple(_control(one) for one in assessed(organisation.pk, seen)),
    )


def assessed(organisation: int, seen: Sequence[Seen]) -> tuple[Beside, ...]:
    """The five controls with both sides."""
    answers = {name: one.answer for name, one in latest(organisation).items()}
    return beside(answers, seen)


def pdf(page: Briefing, now: datetime) -> bytes:
    """The page as a PDF; always one A4."""
    given = {**asdict(page), "lang": (get_language() or "en")[:2], "words": _words()}
    made = _typesetter().compile(
        format="pdf",
        sys_inputs={"briefing": json.dumps(given)},
        pdf_standards="ua-1",
        timestamp=int(now.timestamp()),
    )
    assert isinstance(made, bytes)  # a list would be of pictures
    return made


@cache
def _typesetter() -> typst.Compiler:
    """It keeps the fonts, which take longer to find than a page to set."""
    return typst.Compiler(str(TEMPLATE), ignore_system_fonts=True)


def _words() -> dict[str, str]:
    """What the template itself writes."""
    return {
        "briefing": _("Briefing"),
        "reasons": _("Why a visit would change something"),
        "no_reasons": _("Nothing that calls for a visit is known."),
        "seen": _("What is observed"),
        "nothing_seen": _("Nothing in the latest days."),
        "kind": _("Kind of threat"),
        "severity": _("Severity"),
        "exchange": _("What was said"),
        "agreed": _("What was agreed last"),
        "nothing_agreed": _("Nothing yet."),
        "controls": _("Cyber Essentials: what they say, and what is seen"),
        "control": _("Control"),
        "they_say": _("They say"),
        "we_see": _("Seen a day"),
        "page": _("For the officer and the organisation. Observed from outside: what is not seen"
                  " may still be there."),
    }  # fmt: skip


def _about(known: Known) -> str:
    region = known.organisation.region
    parts = [region.name] if region else []
    parts.append(ngettext("%(n)d asset", "%(n)d assets", known.assets) % {"n": known.assets})
    return " · ".join(parts)


def _reason(one: Shown) -> str:
    return f"{one.title} ({one.points:+d}): {one.text}".replace("(-", "(−")


def _heads(looked: Observed) -> tuple[str, ...]:
    return (
        ngettext("A day, latest %(n)d day", "A day, latest %(n)d days", looked.days_now)
        % {"n": looked.days_now},
        ngettext("%(n)d day before", "%(n)d days before", looked.days_before)
        % {"n": looked.days_before},
    )


def _kinds(seen: Sequence[Seen]) -> tuple[tuple[Line, ...], str]:
    """The worst first; and how many others there are."""
    found = sorted(seen, key=lambda one: (-one.severity, -(one.now or 0), one.kind))
    found = [one for one in found if one.now or one.before]
    rest = found[MOST_KINDS:]
    more = ngettext("And %(n)d more kind, %(threats)s threats a day.",
                    "And %(n)d more kinds, %(threats)s threats a day.", len(rest)) % {
        "n": len(rest), "threats": words.number(sum(one.now or 0 for one in rest)),
    }  # fmt: skip
    return tuple(_line(one) for one in found[:MOST_KINDS]), more if rest else ""


def _line(one: Seen) -> Line:
    fix = kind(one.kind).text_in(get_language() or "en").fix
    return Line(
        words.title_of(one.kind),
        _(one.severity.name.lower()),
        "?" if one.now is None else words.number(one.now),
        "?" if one.before is None else words.number(one.before),
        _cut(first_line(fix)),
    )


def first_line(text: str) -> str:
    """The first thing that a text says, without the mark of a list."""
    return next((line.removeprefix("- ") for line in text.splitlines() if line.strip()), "")


def _exchange(known: Known) -> tuple[tuple[str, str], ...]:
    contacts = queries.contacts_of(known.organisation.pk)
    addresses = [one.email for one in contacts if not one.pending]
    return (
        (_("Latest alert"), _when(known.alerted_at)),
        (_("Latest answer"), _when(known.answered_at)),
        (_("Open after two reminders"), words.number(known.reminded)),
        (_("Contacts"), _cut(", ".join(addresses)) or _("none")),
    )


def _agreed(organisation: Organisation) -> tuple[str, ...]:
    last = queries.engagements_of(organisation.pk).filter(cancelled_at=None).first()
    if last is None:
        return ()
    return (_engaged(last), *(_cut(one.text) for one in last.agreedaction_set.all()[:MOST_ACTIONS]))


def _engaged(last: Engagement) -> str:
    what = f"{words.way_in_words(last.way).capitalize()}, {_day(last.day)}"
    if last.follow_up_on is None or last.followed_up_at is not None:
        return what
    return f"{what}; " + _("follow-up on %(day)s") % {"day": _day(last.follow_up_on)}


def _control(one: Beside) -> ControlLine:
    said = [answer for _text, answer in one.said]
    counts = [
        (said.count("yes"), _("yes")), (said.count("partly"), _("partly")),
        (said.count("no"), _("no")), (said.count("unknown"), _("not known")),
    ]  # fmt: skip
    text = ", ".join(f"{number} {word}" for number, word in counts if number)
    seen = words.number(one.number) if one.number else _("nothing")
    if one.seen:
        seen += f" ({_cut(words.title_of(one.seen[0].kind), 60)})"
    return ControlLine(_(one.control.title), text or _("nothing yet"), seen)


def _when(at: datetime | None) -> str:
    return formats.date_format(at, "j F Y") if at else _("none")


def _day(day: date) -> str:
    return formats.date_format(day, "j F Y")


def _cut(text: str, most: int = LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def as_words(page: Briefing) -> dict[str, Any]:
    """For the page: what the PDF has, under the same headings."""
    return {"briefing": page, "words": _words()}

"""A score's reasons as sentences; every figure in them is on the page."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.kinds.catalogue import kind
from tocsin.outreach.models import Way

Figures = Mapping[str, Any]


def sentence(part: str, figures: Figures) -> str:
    """One reason in words."""
    return SENTENCES[part](figures)


def title(part: str) -> str:
    return {
        "severe": _("Severe"),
        "silent": _("Silent"),
        "reminded": _("Open after two reminders"),
        "unreachable": _("Mail does not arrive"),
        "not_improving": _("Not improving"),
        "recurring": _("Recurring"),
        "asked": _("Asked for help"),
        "follow_up": _("Follow-up due"),
        "engaged": _("Met lately"),
    }[part]


def number(value: float) -> str:
    """Whole from ten on; below that one digit tells more."""
    rounded = round(value) if value >= 10 else round(value, 1)
    text = f"{rounded:,}".replace(",", "\u202f")
    return text.removesuffix(".0")


def title_of(name: str) -> str:
    return kind(name).title_in(get_language() or "en")


def way_in_words(way: str) -> str:
    return {
        Way.VISIT: _("visit"),
        Way.CALL: _("call"),
        Way.LETTER: _("letter"),
        Way.WORKSHOP: _("workshop"),
    }[Way(way)]


def _day(text: str) -> str:
    return formats.date_format(date.fromisoformat(text), "j F Y")


def _severe(found: Figures) -> str:
    named = [f"{title_of(one['kind'])} ({number(one['number'])})" for one in found["kinds"]]
    return ngettext(
        "%(number)s critical or high threats a day on the latest day: %(kinds)s.",
        "%(number)s critical or high threats a day in the latest %(days)d days: %(kinds)s.",
        found["days"],
    ) % {"number": number(found["number"]), "days": found["days"], "kinds": ", ".join(named)}


def _silent(found: Figures) -> str:
    return ngettext(
        "%(alerts)d alert since %(since)s, and no answer for %(days)d days.",
        "%(alerts)d alerts since %(since)s, and no answer for %(days)d days.",
        found["alerts"],
    ) % {"alerts": found["alerts"], "since": _day(found["since"]), "days": found["days"]}


def _reminded(found: Figures) -> str:
    return ngettext(
        "%(number)s threat is still open after two reminders, since %(since)s.",
        "%(number)s threats are still open after two reminders, the oldest since %(since)s.",
        found["number"],
    ) % {"number": number(found["number"]), "since": _day(found["since"])}


def _unreachable(found: Figures) -> str:
    return _("No contact is left whose mail arrives.")


def _not_improving(found: Figures) -> str:
    return _(
        "%(now)s threats a day in the latest %(days)d days, %(before)s in the %(days_before)d days"
        " before."
    ) % {
        "now": number(found["now"]),
        "before": number(found["before"]),
        "days": found["days"],
        "days_before": found["days_before"],
    }


def _recurring(found: Figures) -> str:
    said = ngettext(
        "%(number)s threat came back in the latest %(days)d days.",
        "%(number)s threats came back in the latest %(days)d days.",
        found["number"],
    ) % {"number": number(found["number"]), "days": found["days"]}
    if not found["contradicted"]:
        return said
    more = ngettext(
        "%(number)s was seen again after it was said to be fixed.",
        "%(number)s were seen again after they were said to be fixed.",
        found["contradicted"],
    ) % {"number": number(found["contradicted"])}
    return f"{said} {more}" if found["number"] else more


def _asked(found: Figures) -> str:
    return ngettext(
        "They asked for help with %(number)s threat in the latest %(days)d days.",
        "They asked for help with %(number)s threats in the latest %(days)d days.",
        found["number"],
    ) % {"number": number(found["number"]), "days": found["days"]}


def _follow_up(found: Figures) -> str:
    return _("A follow-up was agreed for %(since)s.") % {"since": _day(found["since"])}


def _engaged(found: Figures) -> str:
    return _("The last %(way)s was on %(since)s: what came of it needs weeks to be seen.") % {
        "way": way_in_words(found["way"]),
        "since": _day(found["since"]),
    }


SENTENCES: dict[str, Callable[[Figures], str]] = {
    "severe": _severe,
    "silent": _silent,
    "reminded": _reminded,
    "unreachable": _unreachable,
    "not_improving": _not_improving,
    "recurring": _recurring,
    "asked": _asked,
    "follow_up": _follow_up,
    "engaged": _engaged,
}

"""Template filters, known in every template."""

from datetime import date, datetime

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tocsin.threats.states import State

ABBREVIATED = {name: name.upper() for name in ("isp", "cert", "csirt", "ngo", "ixp")}
SEVERITIES: dict[str, tuple[str, str | Promise]] = {
    "critical": ("red", _("critical")),
    "high": ("orange", _("high")),
    "medium": ("purple", _("medium")),
    "low": ("grey", _("low")),
    "info": ("grey", _("info")),
}
STATES: dict[State, tuple[str, str | Promise]] = {
    State.DISMISSED: ("grey", _("dismissed")),
    State.OPEN: ("orange", _("open")),
    State.CLAIMED: ("purple", _("claimed")),
    State.CONFLICT: ("red", _("conflict")),
    State.REOPENED: ("red", _("reopened")),
    State.DISPUTED: ("purple", _("disputed")),
    State.GONE: ("green", _("gone")),
    State.LOST: ("grey", _("lost")),
}
register = template.Library()
NARROW = "\u202f"  # a thin space that does not break, as the SI writes thousands


@register.filter
def number(value: int | None) -> str:
    """1234567 as 1 234 567; nothing as a dash."""
    return "–" if value is None else f"{value:,}".replace(",", NARROW)


@register.filter
def moment(value: datetime | None) -> str:
    """30 Sep 2026, 06:30 UTC."""
    return f"{value.day} {value:%b %Y, %H:%M} UTC" if value else "–"


@register.filter
def time(value: datetime | None) -> str:
    """As `moment`, in an element that a script gives the reader's own zone."""
    if not value:
        return "–"
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), moment(value)
    )


@register.filter
def severity_tag(value: str) -> SafeString:
    """A severity on its colour."""
    return _tag(*SEVERITIES[value])


@register.filter
def state_tag(value: State | int | str) -> SafeString:
    """A threat's state on its colour; a name may be in small letters."""
    state = State[value.upper()] if isinstance(value, str) else State(value)
    return _tag(*STATES[state])


@register.filter
def day(value: date | None) -> str:
    """Wed 30 Sep 2026."""
    return f"{value:%a} {value.day} {value:%b %Y}" if value else "–"


@register.filter
def base_name(value: str) -> str:
    """What a path ends with, also inside an archive or a mail."""
    return value.rstrip("/").rpartition("/")[2]


@register.filter
def kind_words(value: str) -> str:
    """An organisation's kind as people say it: isp is ISP, public-body is public body."""
    return ABBREVIATED.get(value, value.replace("-", " "))


@register.filter
def size(value: int | None) -> str:
    """Bytes as people say them."""
    if value is None:
        return "–"
    if value < 10_000:
        return f"{number(value)} bytes"
    return f"{value / 1000:.0f} kB" if value < 1_000_000 else f"{value / 1_000_000:.1f} MB"


def _tag(colour: str, words: str | Promise) -> SafeString:
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, words)

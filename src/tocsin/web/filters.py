"""Template filters, known in every template."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.access.models import Role
from tocsin.alerts.replies.words import name_of
from tocsin.answers.statements import Statement
from tocsin.kinds.language import translate
from tocsin.web import words

register = template.Library()
NARROW = "\u202f"  # a thin space that does not break, as the SI writes thousands


@register.filter
def number(value: int | None) -> str:
    """1234567 as 1 234 567; nothing as a dash."""
    return "–" if value is None else f"{value:,}".replace(",", NARROW)


@register.filter
def moment(value: datetime | None) -> str:
    """30 Sep 2026, 06:30 UTC."""
    return date_format(value, _("j M Y, H:i")) + " UTC" if value else "–"


@register.filter
def time(value: datetime | None) -> str:
    """As `moment`, in an element that a script gives the reader's own zone."""
    if not value:
        return "–"
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), moment(value)
    )


@register.filter
def said(value: Statement) -> str:
    """An answer as people say it: customer told."""
    return name_of(value, (get_language() or "en").split("-")[0])


@register.filter
def day(value: date | None) -> str:
    """Wed 30 Sep 2026."""
    return date_format(value, _("D j M Y")) if value else "–"


@register.filter
def short_day(value: date | None) -> str:
    """30 Sep."""
    return date_format(value, _("j M")) if value else ""


@register.filter
def long_day(value: date | None) -> str:
    """30 September."""
    return date_format(value, _("j F")) if value else ""


@register.filter
def base_name(value: str) -> str:
    """What a path ends with, also inside an archive or a mail."""
    return value.rstrip("/").rpartition("/")[2]


@register.filter
def kind_words(value: str) -> str:
    """An organisation's kind as people say it: isp is ISP, public-body is public body."""
    return str(words.KINDS.get(value) or value.replace("-", " "))


@register.filter
def kind_title(value: str) -> str:
    """The title of a kind of threat in the page's language."""
    return translate(value, get_language() or "en")


@register.filter
def role_words(value: str) -> str:
    """A person's role."""
    return str(words.ROLES[Role(value)])


@register.filter
def closed_words(value: str) -> str:
    """Why somebody cannot sign in."""
    return str(words.CLOSED.get(value, words.CLOSED[""]))


@register.filter
def size(value: int | None) -> str:
    """Bytes as people say them."""
    if value is None:
        return "–"
    if value < 10_000:
        return f"{number(value)} bytes"
    return f"{value / 1000:.0f} kB" if value < 1_000_000 else f"{value / 1_000_000:.1f} MB"

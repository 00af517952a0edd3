"""Template filters of the officers' pages."""

from django import template
from django.utils.translation import gettext as _

from tocsin.outreach import words
from tocsin.outreach.controls import Says

register = template.Library()


@register.filter
def mean(value: float | None) -> str:
    """1234.5 as 1 235, 3.25 as 3.2; what is not known as a question mark."""
    return "?" if value is None else words.number(value)


@register.filter
def signed(value: int) -> str:
    """+12, −30."""
    return f"{value:+d}".replace("-", "−")


@register.filter
def percent(value: int | None) -> str:
    """-12 as −12 %; a dash where there was nothing before."""
    return "–" if value is None else f"{signed(value)} %"


@register.filter
def says(value: str) -> str:
    """An answer to a question on a control."""
    return str(Says(value).label) if value else _("not answered")


@register.filter
def kind_title(name: str) -> str:
    return words.title_of(name)

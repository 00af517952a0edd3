"""Template filters, known in every template."""

from datetime import date, datetime

from django import template

ABBREVIATED = {name: name.upper() for name in ("isp", "cert", "csirt", "ngo", "ixp")}
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

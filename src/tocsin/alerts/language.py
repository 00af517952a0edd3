"""The organisation's language: words by gettext (domain `alerts`), numbers and dates by CLDR."""

import gettext
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

DOMAIN = "alerts"
LOCALES = Path(__file__).parent / "locale"
_REGIONS = {"en": "en_GB"}  # day before month, as everybody outside the United States reads it


@cache
def words(language: str) -> gettext.NullTranslations:
    """Regional first, then the plain language; English, as written, where neither is known."""
    wanted = language.replace("-", "_")
    return gettext.translation(DOMAIN, LOCALES, [wanted, wanted.split("_")[0]], fallback=True)


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(_REGIONS.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@lru_cache(10_000)
def number(value: int, language: str) -> str:
    return format_decimal(value, locale=_locale(language))


def day(moment: datetime, language: str) -> str:
    """`21 November 2026`."""
    return format_date(moment, "long", locale=_locale(language))


def day_and_month(moment: datetime, language: str) -> str:
    """`21 November`, for dates that are near."""
    return format_skeleton("MMMMd", moment, locale=_locale(language))


def minute(moment: datetime, language: str) -> str:
    """`21 November 2026, 04:05 UTC`."""
    return f"{day(moment, language)}, {moment:%H:%M} UTC"

"""Titles and texts of kinds in other languages (gettext domain `kinds`)."""

import gettext
import re
from functools import lru_cache
from pathlib import Path

DOMAIN = "kinds"
LOCALE = Path(__file__).parent / "locale"
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})*")


def translate(message: str, language: str) -> str:
    """The message in that language (`de`, `de-AT`, `de_AT`), or as it is where nobody has."""
    return _catalogue(language.replace("-", "_")).gettext(message) if message else ""


@lru_cache(maxsize=64)
def _catalogue(language: str) -> gettext.NullTranslations:
    """Regional first, then the plain language; unknown languages leave messages as they are."""
    if not LANGUAGE.fullmatch(language):
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, [language, language.split("_")[0]], fallback=True)

"""Titles and texts of kinds in other languages (gettext domain `kinds`)."""

import gettext
from functools import cache
from pathlib import Path

DOMAIN = "kinds"
LOCALE = Path(__file__).parent / "locale"


def translate(message: str, language: str) -> str:
    """The message in that language (`de`, `de-AT`, `de_AT`), or as it is where nobody has."""
    return _catalogue(language.replace("-", "_")).gettext(message) if message else ""


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Regional first, then the plain language; unknown languages leave messages as they are."""
    return gettext.translation(DOMAIN, LOCALE, [language, language.split("_")[0]], fallback=True)

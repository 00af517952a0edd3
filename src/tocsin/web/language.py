"""In which language a page is: the organisation's, else what the browser asks for.

Django's LocaleMiddleware does the latter, for every request anew.
"""

from django.conf import settings
from django.utils import translation

from tocsin.access.models import Person

KNOWN = frozenset(code for code, _ in settings.LANGUAGES)


def speak(person: Person) -> None:
    """Go on in the language of the person's organisation, if the pages have it."""
    organisation = person.organisation
    language = organisation.language.partition("-")[0] if organisation else ""
    if language in KNOWN:
        translation.activate(language)

"""What every page's frame needs."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tocsin.access.models import Person, Role
from tocsin.web import gate
from tocsin.web.clock import is_demo


@dataclass(frozen=True)
class Entry:
    """A line of the menu: the page's name in the URL map, and its words."""

    page: str
    words: str


# Pages that are reached through one of the menu's.
BELOW = {
    "organisation": "organisations",
    "reports": "feeds",
    "refused-lists": "refused",
    "delivery": "outbox",
    "invite-person": "people",
    "person": "people",
    "invitation": "people",
    "one-application": "applications",
}
MENU = (
    (Entry("status", "Status"), gate.STAFF | gate.MEMBERS),
    (Entry("organisations", "Organisations"), gate.STATISTICS),
    (Entry("feeds", "Feeds"), gate.STATISTICS),
    (Entry("refused", "Refused rows"), gate.ANALYST),
    (Entry("outbox", "Outbox"), gate.ANALYST),
    (Entry("outbox", "Alerts"), gate.MEMBERS),
    (Entry("own-assets", "Assets"), gate.OWNER),
    (Entry("contacts", "Contacts"), gate.OWNER),
    (Entry("applications", "Applications"), gate.ANALYST),
    (Entry("people", "People"), gate.OWNER | gate.ANALYST),
    (Entry("answers-upload", "Answer with a file"), gate.DESK),
)


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The authority's name, who is signed in, and the pages that are theirs."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    frame = {
        "authority": settings.TOCSIN_AUTHORITY,
        "demo": is_demo(),
        "here": here,
        "section": BELOW.get(here or "", here),
    }
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return frame
    return {
        **frame,
        "person": person,
        "role": Role(person.role).label,
        "menu": [entry for entry, roles in MENU if person.role in roles and gate.proven(request)],
    }

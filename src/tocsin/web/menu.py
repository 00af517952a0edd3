"""The pages of each role, in sections; each folder says in `menu.py` what it has."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tocsin.access.models import Role

Words = str | Promise
# A section's words, for whoever has more than one of its pages, and the order of the sections:
# what a role begins with comes first.
SECTIONS: dict[str, Words] = {
    "home": _("Home"),
    "region": _("Region"),
    "oversight": _("Oversight"),
    "status": _("Status"),
    "threats": _("Threats"),
    "alerts": _("Alerts"),
    "incoming": _("Incoming"),
    "outgoing": _("Outgoing"),
    "organisations": _("Organisations"),
    "outreach": _("Regions"),
    "trends": _("Trends"),
    "organisation": _("Your organisation"),
    "people": _("People"),
}


@dataclass(frozen=True)
class Entry:
    """A page of the menu: its name in the URL map, its words, its section (a key of `SECTIONS`),
    the roles that have it, and the names of the pages that are reached through it."""

    page: str
    words: Words
    section: str
    roles: frozenset[Role]
    reached: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tab:
    """A link of the menu; `current` is "page" on the page itself, "true" on one below it."""

    page: str
    words: Words
    current: str


def menu_of(role: Role, here: str, entries: Iterable[Entry]) -> tuple[list[Tab], list[Tab]]:
    """The sections that the role has pages in, and the pages of the section that `here` is in
    (none where it is the only one)."""
    theirs = [each for each in entries if role in each.roles]
    tabs: list[Tab] = []
    below: list[Tab] = []
    for section, words in SECTIONS.items():
        pages = [_tab(each, here) for each in theirs if each.section == section]
        if len(pages) == 1:
            tabs += pages
        elif pages:
            inside = any(page.current for page in pages)
            tabs.append(Tab(pages[0].page, words, "true" if inside else ""))
            below = pages if inside else below
    return tabs, below


def _tab(entry: Entry, here: str) -> Tab:
    if here == entry.page:
        return Tab(entry.page, entry.words, "page")
    return Tab(entry.page, entry.words, "true" if here in entry.reached else "")

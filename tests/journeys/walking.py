"""Every page that somebody may see, found by following links from the URL map's own pages."""

from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.urls.exceptions import NoReverseMatch, Resolver404

from tests.journeys.visits import Visit, Visitor
from tocsin.access.models import Role

EACH = 2  # addresses of one page that are looked at


def pages() -> dict[str, Any]:
    """The views of the URL map by name; not the API's."""
    return dict(_named(get_resolver().url_patterns))


def _named(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, pattern.callback
        elif isinstance(pattern, URLResolver) and pattern.namespace != "api":
            yield from _named(pattern.url_patterns)


def meant_for(role: str) -> set[str]:
    """The pages that the role may read."""
    return {
        name
        for name, view in pages().items()
        if Role(role) in getattr(view, "roles", ()) and "GET" in getattr(view, "methods", ())
    }


def name_of(address: str) -> str:
    """The URL map's name for an address; empty if it is none of ours."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def walk(visitor: Visitor, url: str, names: set[str]) -> Iterator[Visit]:
    """Visits `names`, some addresses of each, from those that need nothing in their address."""
    waiting = deque([f"{url}/", *(f"{url}{address}" for address in _plain(names))])
    seen: Counter[str] = Counter()
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        name = name_of(address)
        if name not in names | {"front"} or seen[name] >= EACH:
            continue
        seen[name] += 1
        visit = visitor.visit(name, address)
        yield visit
        if not visit.is_page:
            continue
        for link in visitor.links():
            link = link.partition("#")[0]
            if link.startswith(url) and link not in known:
                known.add(link)
                waiting.append(link)


def _plain(names: set[str]) -> Iterator[str]:
    for name in sorted(names):
        try:
            yield reverse(name)
        except NoReverseMatch:
            continue

"""Everything that Django's resolver can reach, whatever file it was declared in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tocsin.web.api.app import api
from tocsin.web.api.document import operations

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
API = "api/v1"


@dataclass(frozen=True)
class Served:
    """`route`: as declared, from the root; `name`: with its namespace."""

    route: str
    name: str
    view: Any


def served() -> list[Served]:
    """Every pattern, those of included maps too."""
    return list(_within(get_resolver(), "", ""))


def api_routes() -> dict[str, tuple[str, str]]:
    """Route and method of every operation of the API, by the operation's name."""
    return {
        name: (API + re.sub(r"{(\w+:\w+)}", r"<\1>", path), method)
        for name, (path, method, _) in operations(api).items()
    }


def _within(resolver: URLResolver, route: str, namespace: str) -> Iterator[Served]:
    for each in resolver.url_patterns:
        here = route + str(each.pattern)
        if isinstance(each, URLPattern):
            yield Served(here, f"{namespace}{each.name}", each.callback)
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _within(each, here, inner)

"""Every page of the URL map, as each role asks for it, on a country of 20 000 organisations.

The pages are found as a reader finds them: from those whose address needs nothing, by their links.
What a page cost is what the server says of it (`Server-Timing`): from the request's first line of
code to the answer's last, with the number of statements.
"""

import os
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import django

from benchmarks.latency import PORTAL, Latency
from benchmarks.meter import CommandError
from benchmarks.populated import furnished
from benchmarks.population import Plan
from benchmarks.serving import serving

EACH = 3  # addresses of one page
ASKED = 20  # times each
PATIENCE = 120.0  # seconds
TIMING = re.compile(r'sql;desc="(\d+)";dur=[\d.]+, app;dur=([\d.]+)')


@dataclass(frozen=True)
class Answered:
    """`seconds` and `queries`: as the server says; `links`: of a page, as addresses of ours."""

    status: int
    seconds: float
    queries: int
    links: list[str]


class Reader:
    """A browser without a picture, in which somebody is signed in."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._headers = {"Cookie": f"tocsin={cookie}", "Accept": "text/html"}

    def get(self, address: str) -> Answered:
        self._connection.request("GET", address, headers=self._headers)
        with self._connection.getresponse() as response:
            body = response.read()
        told = TIMING.match(response.headers.get("Server-Timing", ""))
        html = "html" in response.headers.get("Content-Type", "")
        return Answered(
            response.status,
            float(told[2]) / 1000 if told else 0.0,
            int(told[1]) if told else 0,
            links_of(address, body.decode()) if html else [],
        )


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links_of(address: str, html: str) -> list[str]:
    """Addresses (path and query) that a page links to on its own server, in their order."""
    parser = _Links()
    parser.feed(html)
    parts = [urlsplit(urljoin(f"http://here{address}", link)) for link in parser.found]
    return [
        part.path + (f"?{part.query}" if part.query else "")
        for part in parts
        if part.netloc == "here"
    ]


def measured(plan: Plan, work: Path, rounds: int, say: Callable[[str], None]) -> Iterator[Latency]:
    """Each address of each role, `ASKED` times a round after a first time that is not counted."""
    _know_pages()
    installation, cookies = furnished(plan, work / PORTAL, say)
    with serving(installation) as port:
        for role, cookie in cookies.items():
            reader = Reader(port, cookie)
            found = list(_walk(reader, _names_for(role)))
            say(f"{role}: {len(found)} addresses of {len({name for name, _ in found})} pages")
            for name, address in found:
                asked = [reader.get(address) for _ in range(ASKED * rounds)]
                yield Latency(
                    PORTAL, f"{name} {address[:60]}", role,
                    tuple(each.seconds for each in asked),
                    queries=max(each.queries for each in asked),
                )  # fmt: skip


def _know_pages() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    django.setup()


def _names_for(role: str) -> set[str]:
    """The pages of the URL map that this role may read."""
    from django.urls import URLPattern, get_resolver

    return {
        str(pattern.name)
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLPattern)
        and role in getattr(pattern.callback, "roles", ())
        and "GET" in getattr(pattern.callback, "methods", ())
    }


def _walk(reader: Reader, names: set[str]) -> Iterator[tuple[str, str]]:
    """(page, address), some of each; raises CommandError where the server fails."""
    waiting = deque(_plain(names))
    known, seen = set(waiting), Counter[str]()
    while waiting:
        address = waiting.popleft()
        name = _name_of(address)
        if name not in names or seen[name] >= EACH:
            continue
        answered = reader.get(address)
        if answered.status >= 500:
            raise CommandError(f"{address}: {answered.status}")
        if answered.status == 200:
            seen[name] += 1
            yield name, address
        for link in answered.links:
            if link not in known:
                known.add(link)
                waiting.append(link)


def _plain(names: set[str]) -> Iterator[str]:
    from django.urls import NoReverseMatch, reverse

    for name in sorted(names):
        with suppress(NoReverseMatch):
            yield reverse(name)


def _name_of(address: str) -> str:
    from django.urls import Resolver404, resolve

    with suppress(Resolver404):
        return resolve(urlsplit(address).path).url_name or ""
    return ""

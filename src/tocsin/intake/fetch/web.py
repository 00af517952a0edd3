"""A file at a web address, fetched when it has changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from tocsin.intake.fetch.items import FetchError, Item, Memory, safe_name, stable_key
from tocsin.intake.fetch.options import Options
from tocsin.intake.fetch.shadowserver import http_rules
from tocsin.intake.fetch.transfer import Answer, Question, Rules, ask

_NOT_MODIFIED = 304


@dataclass(frozen=True)
class WebAddress:
    """`types`: acceptable content types; if empty, everything but a page of HTML.
    `token` is sent as a bearer token."""

    url: str
    name: str = ""
    types: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    rules: Rules = field(default_factory=Rules)

    def items(self, memory: Memory, now: datetime) -> Iterator[Item]:
        what = f"{urlsplit(self.url).hostname}"
        answer = ask(Question(what, self.url, headers=self._headers(memory)), self.rules)
        try:
            if answer.status == _NOT_MODIFIED:
                return
            self._check_type(answer)
            etag, changed = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
            key = stable_key(self.url, etag or changed or now.isoformat())
            facts = {"url": self.url, "etag": etag, "changed": changed}
            if not memory.known([key]):
                yield Item(key, self._name(), partial(_save, answer), facts=facts)
        finally:
            answer.close()

    def close(self) -> None:
        """Nothing stays open between runs."""

    def _headers(self, memory: Memory) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if memory.facts.get("url") != self.url:
            return headers
        if etag := memory.facts.get("etag"):
            headers["If-None-Match"] = etag
        elif changed := memory.facts.get("changed"):
            headers["If-Modified-Since"] = changed
        return headers

    def _check_type(self, answer: Answer) -> None:
        found = answer.headers.get_content_type()
        refused = found not in self.types if self.types else found == "text/html"
        if refused:
            # A sign-in or error page that comes with status 200 must not pass for a feed.
            raise FetchError(
                f"{answer.what}: content of type {found} is refused",
                "if this is right, name it in content_types",
            )

    def _name(self) -> str:
        return safe_name(self.name or unquote(urlsplit(self.url).path), "download")


def _save(answer: Answer, target: BinaryIO) -> None:
    answer.write_to(target)


def from_options(options: Options) -> WebAddress:
    rules = http_rules(options)
    return WebAddress(
        url=options.text("url"),
        name=options.text("file_name", ""),
        types=tuple(kind.lower() for kind in options.texts("content_types")),
        token=options.secret("token", ""),
        rules=rules,
    )

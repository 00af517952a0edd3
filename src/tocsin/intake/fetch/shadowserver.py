"""Shadowserver's report API: list what is new, then download each file by its id.

A question is a JSON body holding the API key, signed in the header HMAC2: the hexadecimal
HMAC-SHA256 of exactly these bytes under the secret.  A file's id alone gives access to the file,
so it is treated like a password.
"""

import hashlib
import hmac
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from urllib.parse import quote

from tocsin.intake.fetch.items import FetchError, Item, Memory, safe_name, stable_key
from tocsin.intake.fetch.options import Options
from tocsin.intake.fetch.transfer import Question, Rules, ask

API = "https://transform.shadowserver.org/api2/"
DOWNLOADS = "https://dl.shadowserver.org/"


@dataclass(frozen=True)
class Shadowserver:
    """`types`: only these report types, all if empty.  `days`: how far back the list goes."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    api: str = API
    downloads: str = DOWNLOADS
    types: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    days: int = 2
    rules: Rules = field(default_factory=Rules)

    def items(self, memory: Memory, now: datetime) -> Iterator[Item]:
        listed = {stable_key(entry["id"]): entry for entry in self._list(now)}
        known = memory.known(listed.keys())
        for key, entry in listed.items():
            if key not in known:
                yield self._item(key, entry)

    def close(self) -> None:
        """Nothing stays open between questions."""

    def call(self, method: str, question: dict[str, Any]) -> Any:
        """Asks one API method and gives the answer's JSON; raises FetchError."""
        body = json.dumps({**question, "apikey": self.key}).encode()
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"HMAC2": signature, "Content-Type": "application/json"}
        what = f"Shadowserver API {method}"
        answer = io.BytesIO()
        # A redirected POST would send the key elsewhere, or turn into a GET: none is followed.
        ask(Question(what, self.api + method, body, headers, redirects=0), self.rules).write_to(
            answer
        )
        try:
            content = json.loads(answer.getvalue())
        except ValueError:
            raise FetchError(f"{what}: the answer is not JSON") from None
        if isinstance(content, dict) and content.get("error"):
            raise FetchError(f"{what}: refused: {self._hidden(str(content['error']))[:200]}")
        return content

    def _list(self, now: datetime) -> list[dict[str, str]]:
        first = (now - timedelta(days=self.days)).date()
        question: dict[str, Any] = {"date": f"{first}:{now.date()}"}
        if self.types:
            question["types"] = list(self.types)
        if self.reports:
            question["reports"] = list(self.reports)
        entries = self.call("reports/list", question)
        if not isinstance(entries, list):
            raise FetchError("Shadowserver API reports/list: the answer is not a list")
        return [
            entry
            for entry in entries
            if isinstance(entry, dict) and entry.get("id") and isinstance(entry["id"], str)
        ]

    def _item(self, key: str, entry: dict[str, str]) -> Item:
        name = safe_name(str(entry.get("file", "")), f"{key}.csv")

        def save(target: BinaryIO) -> None:
            address = self.downloads + quote(entry["id"], safe="")
            ask(Question(f"Shadowserver file {name}", address), self.rules).write_to(target)

        return Item(key, name, save)

    def _hidden(self, text: str) -> str:
        return text.replace(self.key, "…").replace(self.secret, "…")


def from_options(options: Options) -> Shadowserver:
    return Shadowserver(
        key=options.secret("key"),
        secret=options.secret("secret"),
        api=_folder(options.text("url", API)),
        downloads=_folder(options.text("download_url", DOWNLOADS)),
        types=options.texts("types"),
        reports=options.texts("reports"),
        days=options.number("days", 2),
        rules=http_rules(options),
    )


def http_rules(options: Options) -> Rules:
    """The settings that all sources over HTTP share."""
    return Rules(
        timeout=float(options.number("timeout_seconds", 45)),
        limit=options.number("limit_mib", 1024) << 20,
        allow_http=options.flag("allow_http", False),
        ca_file=options.text("ca_file", ""),
    )


def _folder(address: str) -> str:
    return address if address.endswith("/") else f"{address}/"

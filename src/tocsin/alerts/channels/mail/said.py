"""What somebody wrote in a reply, without what they quote, and the files they attached."""

import re
from collections.abc import Iterator
from email.message import Message
from html.parser import HTMLParser

from tocsin.alerts.replies.reading import Handed

MOST_WORDS = 5_000  # characters
MOST_FILES = 10
MOST_PARTS = 200
_TABLES = (".csv", ".zip", ".json", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
_TYPES = frozenset({"text/csv", "application/json", "application/csv", "application/zip"})
_QUOTE_BEGINS = re.compile(
    r"(?im)^(>|-{2,}\s*(original|ursprüngliche|weitergeleitete|forwarded)|_{10,}\s*$|-- $"
    r"|(on|am)\b.{5,200}\n?.{0,200}\b(wrote|schrieb)\b.*:\s*$|(from|von):\s.*@)"
)
_SKIPPED = frozenset({"blockquote", "style", "script", "head", "title"})
_BREAKS = frozenset({"br", "p", "div", "tr", "li"})


def files_of(mail: Message) -> list[Handed]:
    """The attached tables and JSON files, at most one more than `MOST_FILES`."""
    found = []
    for part in _parts(mail):
        name = _name(part)
        if name.lower().endswith(_TABLES) or part.get_content_type() in _TYPES:
            payload = part.get_payload(decode=True)
            found.append(Handed(name or "file", payload if isinstance(payload, bytes) else b""))
        if len(found) > MOST_FILES:
            break
    return found


def words_of(mail: Message) -> str:
    """The sentences above the quoted mail, or, where there are none, those between quotes."""
    text = _body(mail)
    begins = _QUOTE_BEGINS.search(text)
    above = _tidy(text[: begins.start()] if begins else text)
    return above or _tidy(
        "\n".join(line for line in text.split("\n") if not _QUOTE_BEGINS.match(line))
    )


def _tidy(text: str) -> str:
    words = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    visible = "".join(char for char in words if char.isprintable() or char in "\n\t")
    return visible[:MOST_WORDS]


def _parts(mail: Message) -> Iterator[Message]:
    """Leaves in order; not what a forwarded mail holds: its author is somebody else."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(0), seen + 1
        if part.get_content_maintype() == "message":
            continue
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting = [one for one in inner if isinstance(one, Message)] + waiting
        else:
            yield part


def _name(part: Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())
    except (ValueError, LookupError, TypeError):
        return ""


def _body(mail: Message) -> str:
    parts = [part for part in _parts(mail) if not _name(part)]
    plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    if plain is not None:
        return _text(plain)
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    return _from_html(_text(page)) if page is not None else ""


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        text = data[: 20 * MOST_WORDS].decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = data[: 20 * MOST_WORDS].decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Words(HTMLParser):
    """Text outside of quotes."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.inside.append(tag)
        elif tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.words.append(data)


def _from_html(page: str) -> str:
    parser = _Words()
    parser.feed(page)
    return "".join(parser.words)

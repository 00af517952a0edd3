"""JSON values (RFC 8259) out of a stream, one element at a time, with their line numbers."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tocsin.intake.batches import Refused
from tocsin.intake.containers.limits import MIB
from tocsin.intake.containers.streams import read_up_to
from tocsin.intake.formats.rows import MAX_TEXT
from tocsin.intake.privacy import withhold_text

MAX_ELEMENT = 16 * MIB
BLANK = re.compile(r"[\s\ufeff]*")
BETWEEN = re.compile(r"[\s,]*")
NEXT_RECORD = re.compile(r"\}\s{0,99},\s{0,99}(?=\{)|\n[ \t]{0,99}(?=\{)")
BAD = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the outermost list or object; `key` is its name in an object."""

    line: int
    value: Any
    key: str = ""


class _Text:
    """Decoded text with a position; forgets what is behind it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._json = json.JSONDecoder()
        self.text = ""
        self.at = 0
        self.line = 1
        self.ended = False

    def more(self) -> bool:
        raw = b"" if self.ended else read_up_to(self._stream, max(MIB, len(self.text) - self.at))
        self.ended = not raw
        self.text = self.text[self.at :] + self._decoder.decode(raw, self.ended)
        self.at = 0
        return not self.ended

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Step over what fits; the next character, empty at the end."""
        while True:
            found = pattern.match(self.text, self.at)
            self._to(found.end() if found else self.at)
            if self.at < len(self.text) or not self.more():
                return self.text[self.at : self.at + 1]

    def step(self) -> None:
        self._to(self.at + 1)

    def value(self) -> Any:
        """The value that begins here.  Raises one of `BAD`."""
        while True:
            try:
                value, end = self._json.raw_decode(self.text, self.at)
            except BAD:
                if len(self.text) - self.at > MAX_ELEMENT or not self.more():
                    raise
                continue
            if end == len(self.text) and self.more():
                continue
            self._to(end)
            return value

    def find(self, pattern: re.Pattern[str]) -> bool:
        """Go behind the next thing that fits."""
        while not (found := pattern.search(self.text, self.at + 1)):
            if not self.more():
                return False
        self._to(found.end())
        return True

    def _to(self, at: int) -> None:
        self.line += self.text.count("\n", self.at, at)
        self.at = at


def elements(stream: BinaryIO) -> Iterator[Element | Refused]:
    """The elements of the list or object that the stream holds; other values as they are.

    After an element that cannot be read comes a refusal, then what follows the next `}, {`.
    Several values one after the other (JSON lines, RFC 7464) are taken as a list.
    """
    text = _Text(stream)
    opening = text.skip(BLANK)
    if opening in "[{" and opening:
        text.step()
    while (char := text.skip(BETWEEN)) and char not in "]}":
        line = text.line
        try:
            if opening == "{":
                key = str(text.value())
                if text.skip(BLANK) != ":":
                    raise ValueError("a colon is missing")
                text.step()
                text.skip(BLANK)
                yield Element(line, text.value(), key)
            else:
                yield Element(line, text.value())
        except BAD as error:
            shown = withhold_text((), [text.text[text.at : text.at + MAX_TEXT]])
            yield Refused(line, "not-json", _why(error), shown)
            if opening == "{" or not text.find(NEXT_RECORD):
                return
    if opening in "[{" and opening and not char:
        yield Refused(text.line, "cut-off", "the JSON ends too early")


def _why(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__

"""The small text form of kinds: paragraphs, lists and commands, for plain text and for HTML.

Blank line = new paragraph, `- ` = list item, `backquotes` = something to type.  Lines are
wrapped in the files only; a paragraph or item is one line once read.
"""

from dataclasses import dataclass
from itertools import groupby

BULLET = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph (`items` empty) or one list (`paragraph` empty)."""

    paragraph: str = ""
    items: tuple[str, ...] = ()


def unwrap(text: str) -> str:
    """One line per paragraph or list item; paragraphs stay apart by a blank line."""
    chunks = []
    for chunk in text.strip().split("\n\n"):
        lines: list[str] = []
        for line in chunk.split("\n"):
            if lines and not line.startswith(BULLET):
                lines[-1] += f" {line.strip()}"
            else:
                lines.append(line.strip())
        chunks.append("\n".join(lines))
    return "\n\n".join(chunks)


def blocks(text: str) -> list[Block]:
    """The paragraphs and lists of an unwrapped text, in order."""
    lines = [line for line in text.split("\n") if line]
    found: list[Block] = []
    for listed, group in groupby(lines, key=lambda line: line.startswith(BULLET)):
        if listed:
            found.append(Block(items=tuple(line.removeprefix(BULLET) for line in group)))
        else:
            found.extend(Block(paragraph=line) for line in group)
    return found


def spans(line: str) -> list[tuple[bool, str]]:
    """(is something to type, words) in order, without the backquotes."""
    return [(bool(at % 2), words) for at, words in enumerate(line.split("`")) if words]

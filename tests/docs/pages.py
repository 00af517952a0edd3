"""Read a page of the documentation as a script: the files it shows, the commands it runs.

A fenced block whose opening line names a file, as in ```` ```toml title="feeds/x/feed.toml" ````,
is written to that file. In a block marked `console`, each line that starts with `$ ` is run, and
the lines under it must come out in that order; `…` stands for anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(`{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^\1 *$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class File:
    """A file that the page tells the reader to write."""

    path: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command that the page tells the reader to run, and what it says comes out."""

    line: int
    text: str
    shown: tuple[str, ...]


def steps(page: str) -> Iterator[File | Command]:
    """Yield what the page has the reader do, in order."""
    for block in _FENCE.finditer(page):
        info, body = block["info"], block["body"]
        named = _TITLE.search(info)
        first = page.count("\n", 0, block.start("body")) + 1
        if named:
            yield File(named[1], body)
        elif info.split() and info.split()[0] == "console":
            yield from _commands(body.splitlines(), first)


def _commands(lines: list[str], first: int) -> Iterator[Command]:
    starts = [index for index, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        last = start
        while lines[last].endswith("\\"):
            last += 1
        text = "\n".join([lines[start].removeprefix("$ "), *lines[start + 1 : last + 1]])
        shown = tuple(line for line in lines[last + 1 : end] if line.strip())
        yield Command(first + start, text, shown)


def unseen(shown: tuple[str, ...], printed: str) -> str | None:
    """Return the first line a page shows that the command did not print, in that order."""
    rest = iter(squeezed(line) for line in printed.splitlines())
    for line in shown:
        pattern = re.compile(".*".join(map(re.escape, squeezed(line).split("…"))))
        if line.strip() != "…" and not any(pattern.search(candidate) for candidate in rest):
            return line
    return None


def squeezed(line: str) -> str:
    """Take a line's runs of spaces together: a table's width is no promise."""
    return " ".join(line.split())


def markdown(root: Path) -> list[Path]:
    """Return every page of the project, the README first."""
    return [root / "README.md", *sorted(root.glob("[A-Z]*.md")), *sorted(root.glob("docs/**/*.md"))]

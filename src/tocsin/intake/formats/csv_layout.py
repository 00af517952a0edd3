"""How one delimited file is laid out: its separator, its comments, its header."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tocsin.intake.formats.rows import column_names
from tocsin.intake.privacy import withhold_text

DELIMITERS = ",;\t|"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
# What some spreadsheet programs write before the header to say what separates the columns.
SAYS_SEPARATOR = re.compile(r"\"?sep=([,;|\t])\"?[\r\n]*", re.I)
SPACED = re.compile(r'"[^"]*"([,;|\t]) +"')
MAX_FIELD = 64 * 1024 * 1024

csv.field_size_limit(MAX_FIELD)


@dataclass(frozen=True)
class Layout:
    """`names` are the columns; `comment` starts lines that are no rows (empty: none does).

    `needed` are the columns without which a row is of no use: a file that was cut off inside its
    last row loses that row only when one of them may be incomplete.  `spaced`: a blank follows each
    separator, as in `"a", "b"`.
    """

    names: tuple[str, ...] = ()
    delimiter: str = ","
    quote: str = '"'
    comment: str = ""
    needed: frozenset[str] = frozenset()
    spaced: bool = False

    @property
    def width(self) -> int:
        return len(self.names)

    def fields(self, line: str, escape: str | None = None) -> list[str]:
        """One row (which may span lines) as fields.  Raises `csv.Error`."""
        return next(self.reader(LINE.findall(line), escape), [])

    def is_open(self, text: str) -> bool:
        """Whether a row of this text goes on in the next line, inside a quoted field."""
        if not self.quote or self.quote not in text:
            return False
        lines = [*LINE.findall(text.rstrip("\r\n") + "\n"), "next"]
        return len(list(self.reader(lines))) < 2

    def reader(
        self, lines: Iterable[str], escape: str | None = None, strict: bool = False
    ) -> Iterator[list[str]]:
        """The standard library's reader for this layout."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            doublequote=True,
            escapechar=escape,
            skipinitialspace=self.spaced,
            strict=strict,
        )

    def text(self, line: str) -> str:
        """A row as it may be kept for people to look at: secrets withheld, short."""
        return withhold_text(self.names, line[:8000].split(self.delimiter), self.delimiter)

    def enough(self, fields: int) -> bool:
        """Whether the needed columns all stand before the last of so many fields."""
        return not any(name in self.needed for name in self.names[max(fields - 1, 0) :])


@dataclass(frozen=True)
class Start:
    """Where the rows begin: bytes and lines before them, and how they are laid out."""

    layout: Layout
    bytes: int
    lines: int
    named: bool


def find_start(
    head: bytes, layout: Layout, fixed: tuple[str, ...] = (), known: frozenset[str] = frozenset()
) -> Start:
    """Read the header of a file whose first bytes are `head`.

    `layout.delimiter` empty: the likeliest one, or the one that a line `sep=;` says.  The header is
    the first line that is no comment, unless it has none of the `known` columns: then the last
    comment before it is the header if that has, or else the columns are the `fixed` ones.  `named`
    is false where the first line had to serve as header although nothing in it is known.
    """
    mark = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    text = head[mark:].decode("utf-8", "surrogateescape")
    used = lines = 0
    commented = ""
    for line in LINE.findall(text):
        bare = line.strip(" \t\r\n\0")
        said = SAYS_SEPARATOR.fullmatch(line)
        if said:
            layout, bare = replace(layout, delimiter=said[1]), ""
        elif bare and not (layout.comment and bare.startswith(layout.comment)):
            break
        commented = bare.lstrip("#;/ ") if bare else commented
        used, lines = used + len(line.encode("utf-8", "surrogateescape")), lines + 1
    else:
        line = ""
    before = (mark + used, lines)
    after = (before[0] + len(line.encode("utf-8", "surrogateescape")), lines + 1)
    for candidate, (size, count) in ((line, after), (commented, before)):
        named = _named(candidate, layout)
        if named.width and (known & set(named.names) or not (known or fixed)):
            return Start(_spaced(named, head[size:]), size, count, True)
    layout = replace(layout, delimiter=layout.delimiter or _delimiter(line))
    if fixed:
        return Start(_spaced(replace(layout, names=fixed), head[before[0] :]), *before, True)
    named = _named(line, layout)
    return Start(named, *(after if line else before), False)


def _spaced(layout: Layout, rows: bytes) -> Layout:
    first = rows[:4096].decode("utf-8", "replace").lstrip()
    return replace(layout, spaced=bool(SPACED.match(first)))


def _named(line: str, layout: Layout) -> Layout:
    layout = replace(layout, delimiter=layout.delimiter or _delimiter(line))
    line = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        fields = layout.fields(line.strip("\r\n\0"))
    except csv.Error:
        fields = line.strip().split(layout.delimiter)
    while len(fields) > 1 and not fields[-1].strip():
        fields.pop()
    return replace(layout, names=column_names(fields) if any(map(str.strip, fields)) else ())


def _delimiter(line: str) -> str:
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=lambda mark: (unquoted.count(mark), -DELIMITERS.index(mark)))

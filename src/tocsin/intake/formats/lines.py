"""Reads text with one finding a line, by a regular expression with named groups."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from tocsin.intake.batches import Batch, Refused
from tocsin.intake.containers.limits import MIB
from tocsin.intake.formats import csv_careful
from tocsin.intake.formats.batching import Numbered, Task, batches, surviving
from tocsin.intake.formats.rows import Notes, chunked, text_of
from tocsin.intake.privacy import withhold_text

MAX_LINE = MIB
HEAD_CHARS = 8192


def read(task: Task) -> Iterator[Batch]:
    """Each line that is no comment; the option `comment` lists the characters that begin one.

    The option `pattern` must fit a whole line; its named groups are the columns.
    """
    options = task.spec.options
    pattern = re.compile(options["pattern"])
    comment = tuple(options.get("comment", "#"))
    notes = Notes()
    with task.member.opener() as stream:
        found = surviving(_records(stream, pattern, comment, notes))
        yield from batches(task, chunked(found, task.chunk_rows), notes, head_of(task))


def head_of(task: Task) -> str:
    """The first lines, for what comments may say of the report as a whole."""
    return task.member.head(HEAD_CHARS).decode("utf-8", "replace")


def text_lines(stream: BinaryIO, notes: Notes) -> Iterator[tuple[int, str]]:
    """Numbered lines as text, without outer blanks, blank ones left out."""
    number = 0
    while raw := stream.readline(MAX_LINE):
        number += 1
        while len(raw) % MAX_LINE == 0 and not raw.endswith(b"\n") and len(raw) < 64 * MAX_LINE:
            more = stream.readline(MAX_LINE)
            if not more:
                break
            raw += more
        text, done = csv_careful.decode(raw)
        if done:
            notes.count(done, number)
        text = text.strip("\ufeff \t\r\n\x1a")
        if text:
            yield number, text


def _records(
    stream: BinaryIO, pattern: re.Pattern[str], comment: tuple[str, ...], notes: Notes
) -> Iterator[Numbered]:
    for number, text in text_lines(stream, notes):
        if text.startswith(comment):
            continue
        found = pattern.fullmatch(text[:MAX_LINE])
        if found:
            groups = found.groupdict().items()
            yield number, {name: text_of((value or "").strip()) for name, value in groups}
        else:
            yield number, Refused(number, "no-match", "", withhold_text((), [text]))

"""Reads the mails of XARF's first versions (0.1, 0.2), as blocklist.de sends: `Name: value` lines
in one part of the mail, the log that proves them in another."""

import re
from collections.abc import Iterator

from tocsin.intake.batches import Batch, Refused
from tocsin.intake.containers.streams import read_up_to
from tocsin.intake.formats import csv_careful
from tocsin.intake.formats.batching import Numbered, Record, Task, batches, surviving
from tocsin.intake.formats.rows import Notes, chunked, column_names, text_of
from tocsin.intake.formats.xarf import MAX_EVIDENCE
from tocsin.intake.privacy import withhold_text

MAX_REPORT = 256 * 1024
PAIR = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,40})[ \t]*:[ \t]*(.*)")


def read(task: Task) -> Iterator[Batch]:
    """The report is one row."""
    notes = Notes()
    yield from batches(task, chunked(surviving(_records(task, notes)), 1), notes)


def _records(task: Task, notes: Notes) -> Iterator[Numbered]:
    with task.member.opener() as stream:
        raw = read_up_to(stream, MAX_REPORT)
    text, done = csv_careful.decode(raw)
    if done:
        notes.count(done, 1)
    row = pairs(text)
    if "source" not in row:
        yield 1, Refused(1, "not-a-report", "no Source", withhold_text((), [text]))
        return
    companions = [f"{one.name}:\n{one.text}" for one in task.member.companions]
    row["evidence"] = text_of("\n".join(companions)[:MAX_EVIDENCE])
    yield 1, row


def pairs(text: str) -> Record:
    """The report's fields; a line that begins with a blank goes on with the field before it."""
    row: Record = {}
    last = ""
    for line in text.splitlines():
        found = PAIR.fullmatch(line.strip()) if not line.startswith((" ", "\t")) else None
        if found:
            last = column_names([found[1]])[0]
            row.setdefault(last, text_of(found[2].strip().strip("\"'")))
        elif last and line.startswith((" ", "\t")) and line.strip():
            row[last] = text_of(f"{row[last] or ''} {line.strip()}".strip())
    return row

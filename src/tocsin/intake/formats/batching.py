"""What every reader is given, and how its chunks become batches."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.intake.batches import Batch, Columns, Refused
from tocsin.intake.containers.members import Member
from tocsin.intake.containers.streams import DamagedError
from tocsin.intake.feed_specs import FeedSpec
from tocsin.intake.formats.rows import Chunk, Notes, split, table_of
from tocsin.intake.privacy import row_text
from tocsin.kinds.catalogue import kind

REPORTED_AT = "reported_at"
DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")

Record = dict[str, str | None]
Numbered = tuple[int, Record | Refused]


@dataclass(frozen=True)
class Task:
    """One member to be read.  `received` (aware) stands in for rows of feeds that give no time;
    `home` is TOCSIN_HOME, where a user's own schema may stand."""

    member: Member
    spec: FeedSpec
    chunk_rows: int = 200_000
    received: datetime | None = None
    home: Path | None = None

    @property
    def wants_report_time(self) -> bool:
        return REPORTED_AT in self.spec.columns.get("time", ())

    def report_time(self, head: str = "") -> str | None:
        """When the report as a whole was made: as it says, by its mail, by its name, on arrival."""
        pattern = self.spec.options.get("report_time", "")
        found = re.search(pattern, head) if pattern else None
        if found:
            return _iso(found.group(1).strip())
        if self.member.mail and self.member.mail.date:
            return self.member.mail.date.isoformat()
        named = date_in_name(self.member.name)
        if named:
            return named.isoformat()
        return self.received.isoformat() if self.received else None


def date_in_name(name: str) -> date | None:
    """The day in a file's name, as `2026-03-02`, `20260302` or the like; None for no real day."""
    found = DATE_IN_NAME.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _iso(text: str) -> str:
    """A date as mails write it (RFC 5322) in ISO 8601; any other text as it is."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError):
        return text


def batches(task: Task, chunks: Iterable[Chunk], notes: Notes, head: str = "") -> Iterator[Batch]:
    """Chunks split by kind, then what is to be said of the file as a whole.

    A file without a single row still gives one batch, so that it counts as delivered.
    """
    spec = task.spec
    rename = spec.options.get("rename", {})
    constant = dict(spec.options.get("constants", {}))
    if task.wants_report_time:
        constant[REPORTED_AT] = task.report_time(head)
    last = ""
    for chunk in chunks:
        chunk = _skipped(chunk, spec.options.get("skip", {}), notes)
        chunk = _refused(chunk, spec.options.get("refuse", {}))
        names = [rename.get(name, name) for name in chunk.table.column_names]
        table = _parted(chunk.table.rename_columns(names), spec.options.get("split", {}))
        for name, value in constant.items():
            if name not in table.column_names:
                values = pa.repeat(pa.scalar(value, pa.string()), table.num_rows)
                table = table.append_column(name, values)
        for name, part in split(Chunk(table, chunk.lines, chunk.refused), spec.kinds.of_table):
            one = kind(name or last or spec.kinds.constant or spec.kinds.default)
            last = one.name
            yield Batch(one.name, part.table, part.lines, spec.columns_for(one), part.refused)
    said = notes.all()
    if said or not last:
        one = kind(last or spec.kinds.constant or spec.kinds.default)
        yield nothing_more(one.name, spec.columns_for(one), said)


def _skipped(chunk: Chunk, skip: Mapping[str, str], notes: Notes) -> Chunk:
    """Without the records that are no findings, such as a line about the file itself."""
    for name, value in skip.items():
        if name in chunk.table.column_names and chunk.table.num_rows:
            said = pc.fill_null(pc.equal(chunk.table[name], value), False)
            gone = np.asarray(said.to_numpy(zero_copy_only=False), dtype=np.bool_)
            if gone.any():
                what = f"records that are no findings ({name} = {value})"
                notes.count(what, int(chunk.lines[gone][0]), int(gone.sum()))
                table = chunk.table.filter(pa.array(~gone))
                chunk = Chunk(table, chunk.lines[~gone], chunk.refused)
    return chunk


def _refused(chunk: Chunk, refuse: Mapping[str, str]) -> Chunk:
    """Without the rows of a sort that names nothing on the network, such as the hash of a file."""
    for name, pattern in refuse.items():
        if name in chunk.table.column_names and chunk.table.num_rows:
            fits = re.compile(pattern, re.I).fullmatch
            texts = chunk.table[name].to_pylist()
            gone = np.array([bool(text and fits(text.strip())) for text in texts])
            refused = [
                Refused(
                    int(chunk.lines[row]),
                    "not-on-the-network",
                    f"{name} {texts[row]} names nothing on the network",
                    row_text(chunk.table, row),
                )
                for row in np.flatnonzero(gone).tolist()
            ]
            table = chunk.table.filter(pa.array(~gone))
            chunk = Chunk(table, chunk.lines[~gone], [*chunk.refused, *refused])
    return chunk


def _parted(table: pa.Table, how: Mapping[str, str]) -> pa.Table:
    """With the named groups of a pattern as further columns, for a column of mixed content."""
    if not how or how["column"] not in table.column_names:
        return table
    pattern = re.compile(how["pattern"])
    texts = table[how["column"]].to_pylist()
    found = [pattern.fullmatch((text or "").strip()) for text in texts]
    for name in pattern.groupindex:
        values = [match[name] if match else None for match in found]
        table = table.append_column(name, pa.array(values, pa.string()))
    return table


def nothing_more(name: str, columns: Columns, notes: list[str]) -> Batch:
    """A batch without rows, that carries the notes."""
    return Batch(name, table_of((), []), np.zeros(0, np.int64), columns, notes=notes)


def surviving(records: Iterable[Numbered]) -> Iterator[Numbered]:
    """The records, and a refusal in place of what a damaged stream could not give."""
    line = 0
    try:
        for line, record in records:
            yield line, record
    except DamagedError as error:
        yield line, Refused(line, error.reason, str(error))

"""Reads Shadowserver's reports: CSV by header name, the columns' meaning from the kind."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from tocsin.errors import TocsinError
from tocsin.intake.batches import Batch, Columns
from tocsin.intake.formats import report_names
from tocsin.intake.formats.batching import Task, nothing_more
from tocsin.intake.formats.csv import CsvRows
from tocsin.intake.formats.csv_layout import Layout
from tocsin.intake.formats.delimited import needed
from tocsin.intake.formats.report_names import delivery as delivery
from tocsin.intake.formats.rows import Chunk
from tocsin.kinds.catalogue import Kind, kind

COLUMNS = Path(__file__).with_name("shadowserver_columns.txt")
SCHEMA_FILE = "shadowserver-schema.json"
# Where the affected party may stand in a header older than the kind's description.
ELSEWHERE = (
    ("address", "ip"),
    ("address", "src_ip"),
    ("prefix", "network"),
    ("url", "url"),
    ("email", "email"),
    ("domain", "hostname"),
)


def read(task: Task) -> Iterator[Batch]:
    """One report, of one kind.  A type that nobody has described gets a guessed, flagged kind."""
    with task.member.opener() as stream:
        rows = CsvRows(stream, Layout(delimiter="", comment="#"), chunk_rows=task.chunk_rows)
        named = delivery(task.member).kind
        if named:
            rows.need(needed(_fitting(kind(named).columns, rows.names)))
        chunks = rows.chunks()
        first = next(chunks, None)
        one = kind(named or _by_content(rows.names, first))
        columns = _fitting(one.columns, rows.names)
        is_empty = first is None
        if first is not None:
            yield _batch(one, first, columns)
            first = None
        for chunk in chunks:
            yield _batch(one, chunk, columns)
        for note in _about_columns(one, rows.names, task.home) if rows.names else ():
            rows.notes.say(note)
        notes = rows.notes.all()
        if notes or is_empty:
            yield nothing_more(one.name, columns, notes)


def _batch(one: Kind, chunk: Chunk, columns: Columns) -> Batch:
    return Batch(one.name, chunk.table, chunk.lines, columns, chunk.refused)


def _by_content(names: tuple[str, ...], first: Chunk | None) -> str:
    filled = first is not None and first.table.num_rows > 0
    row = first.table.slice(0, 1).to_pylist()[0] if first is not None and filled else {}
    return report_names.by_content(names, row)


def _fitting(columns: Columns, names: tuple[str, ...]) -> Columns:
    """The kind's columns; where none of its affected columns exists, the likeliest instead.

    Where an address should stand, a few rows have a prefix.
    """
    affected = columns.affected
    if names and not any(name in names for _, name in affected):
        affected = tuple((form, name) for form, name in ELSEWHERE if name in names) or affected
    also = tuple(("prefix", name) for form, name in affected if form == "address")
    return replace(columns, affected=(*affected, *also))


def _about_columns(one: Kind, names: tuple[str, ...], home: Path | None) -> list[str]:
    """New and missing columns: by the user's copy of the schema, else new are those that no report
    has, and missing are those that the kind needs."""
    expected = _schema(home).get(one.name, []) if home else []
    there = set(names)
    if expected:
        new = [name for name in names if name not in expected]
        missing = [name for name in expected if name not in there]
    else:
        new = [name for name in names if name not in _known_columns()]
        keys = {name.rpartition(":")[2] for name in one.columns.key}
        missing = sorted((keys | set(one.columns.time)) - there - {""})
        affected = [name for _, name in one.columns.affected]
        if not there.intersection(affected):
            missing.append(" or ".join(affected))
    return [
        f"{what} columns: {', '.join(which)}"
        for what, which in (("new", new), ("missing", missing))
        if which
    ]


@cache
def _known_columns() -> frozenset[str]:
    lines = COLUMNS.read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


def _schema(home: Path) -> dict[str, list[str]]:
    path = home / SCHEMA_FILE
    return _read_schema(path, path.stat().st_mtime_ns) if path.is_file() else {}


@cache
def _read_schema(path: Path, _changed: int) -> dict[str, list[str]]:
    """Columns by report, from Shadowserver's published list of reports (`reports.json`)."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: [str(column).lower() for column in report["fields"]]
            for name, report in raw.items()
            if isinstance(report, dict) and "fields" in report
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise TocsinError(
            f"{path} is no list of Shadowserver's reports: {error}",
            "Download it again, or remove it to do without.",
        ) from error

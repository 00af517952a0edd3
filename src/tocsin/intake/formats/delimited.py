"""Reads a feed's CSV by its mapping."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.intake.batches import Batch, Columns
from tocsin.intake.formats.batching import REPORTED_AT, Task, batches
from tocsin.intake.formats.csv import CsvRows
from tocsin.intake.formats.csv_layout import Layout
from tocsin.intake.formats.lines import head_of
from tocsin.kinds.catalogue import kind


def read(task: Task) -> Iterator[Batch]:
    """Options: `delimiter` (guessed), `quote`, `comment` (what begins one), `header` (the names,
    for files that have none)."""
    spec, options = task.spec, task.spec.options
    layout = Layout(
        delimiter=options.get("delimiter", ""),
        quote=options.get("quote", '"'),
        comment=options.get("comment", ""),
    )
    parts = re.compile(options.get("split", {}).get("pattern", "")).groupindex
    given = {REPORTED_AT, *options.get("constants", {}), *parts}
    rename = options.get("rename", {})
    known = (spec.named_columns - given - set(rename.values())) | set(rename)
    with task.member.opener() as stream:
        fixed = tuple(options.get("header", ()))
        rows = CsvRows(stream, layout, fixed, known, task.chunk_rows)
        columns = spec.columns_for(kind(spec.kinds.constant or spec.kinds.default))
        rows.need((needed(columns) - given - set(rename.values())) | set(rename))
        if missing := _missing(
            spec.columns, {*(rename.get(name, name) for name in rows.names), *given}
        ):
            rows.notes.say(f"missing columns: {', '.join(missing)}")
        if new := [name for name in rows.names if fixed and name not in {*fixed, *known}]:
            rows.notes.say(f"new columns: {', '.join(new)}")
        yield from batches(task, rows.chunks(), rows.notes, head_of(task))


def _missing(roles: Mapping[str, Any], there: set[str]) -> list[str]:
    """What the file has no column for; of several that would do, one is enough."""
    wanted = []
    for role, value in roles.items():
        names = [value] if isinstance(value, str) else [one.rpartition(":")[2] for one in value]
        if role not in ("key", "time_format") and not there.intersection(names):
            wanted.append(" or ".join(names))
    return wanted


def needed(columns: Columns) -> frozenset[str]:
    """The columns without which a row says nothing."""
    return frozenset((*columns.time, *(name for _, name in columns.affected)))

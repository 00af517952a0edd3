"""Observations on disk: one Parquet segment a report and kind, found through the report's row.

Columns: every column of the report as text, secrets withheld, and four of ours: `_line` (where
the row stood), `_time` (µs, UTC), `_threat` (16 bytes, the threat's id) and `_organisation`
(0 nobody).  Readers trust only registered segments, so a crash leaves at most an unread file.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tocsin.database.files import durable

FOLDER = "observations"
COMPRESSION_LEVEL = 1
READ_ROWS = 20_000
# A column whose dictionary outgrows this is written plain: half the time, and smaller too.
DICTIONARY_BYTES = 65_536


def segment_path(kind: str, day: date, digest: bytes) -> str:
    """Relative to TOCSIN_HOME; fixed by the content, so that a second try overwrites the first."""
    return f"{FOLDER}/{kind}/{day:%Y-%m}/{day.isoformat()}-{digest.hex()[:32]}.parquet"


class Segment:
    """A segment being written.  Where a later chunk brings new columns, it is begun anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._schema = pa.schema([])
        self._writer: pq.ParquetWriter | None = None

    def add(
        self,
        table: pa.Table,
        line: npt.NDArray[np.int64],
        time: npt.NDArray[np.int64],
        threat: npt.NDArray[np.uint8],
        organisation: npt.NDArray[np.int32],
    ) -> None:
        ours = {
            "_line": pa.array(line),
            "_time": pa.array(time).cast(pa.timestamp("us", "UTC")),
            "_threat": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(16), len(threat), [None, pa.py_buffer(threat.tobytes())]
            ),
            "_organisation": pa.array(organisation),
        }
        for name, values in ours.items():
            table = table.append_column(name, values)
        if self._writer is None:
            self._open(table.schema)
        elif set(table.column_names) - set(self._schema.names):
            self._widen(pa.unify_schemas([self._schema, table.schema]))
        self._write(table)

    def copy(self, path: Path) -> None:
        """Begin with what another segment holds."""
        with pq.ParquetFile(path) as file:
            self._open(file.schema_arrow)
            for group in file.iter_batches():
                self._write(pa.Table.from_batches([group]))

    def _open(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(
            self._path,
            schema,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=[name for name in schema.names if name[0] != "_"],
            dictionary_pagesize_limit=DICTIONARY_BYTES,
            write_statistics=False,
        )

    def _widen(self, schema: pa.Schema) -> None:
        self.close()
        narrow = self._path.with_name(f"{self._path.name}.narrow")
        self._path.replace(narrow)
        self._open(schema)
        try:
            for group in pq.ParquetFile(narrow).iter_batches():
                self._write(pa.Table.from_batches([group]))
        finally:
            narrow.unlink()

    def _write(self, table: pa.Table) -> None:
        for name in set(self._schema.names) - set(table.column_names):
            nothing = pa.nulls(table.num_rows, self._schema.field(name).type)
            table = table.append_column(name, nothing)
        assert self._writer is not None
        self._writer.write_table(table.select(self._schema.names))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


@contextmanager
def segment(home: Path, relative: str) -> Iterator[Segment]:
    """A segment that takes its name when the block ends without an error."""
    with durable(home / relative) as partial:
        writing = Segment(partial)
        try:
            yield writing
        finally:
            writing.close()


def longer_path(relative: str) -> str:
    """Where the segment goes that replaces this one."""
    path = PurePosixPath(relative)
    first, _, number = path.stem.partition(".")
    return str(path.with_name(f"{first}.{int(number or 1) + 1}{path.suffix}"))


@contextmanager
def longer_segment(home: Path, relative: str) -> Iterator[Segment]:
    """The segment that replaces `relative`, and has its rows already; see `longer_path`."""
    with segment(home, longer_path(relative)) as writing:
        writing.copy(home / relative)
        yield writing


def lines_of(home: Path, relative: str) -> set[int]:
    """The lines of its report that a segment's rows come from."""
    return set(pq.read_table(home / relative, columns=["_line"])["_line"].to_pylist())


def read_rows(home: Path, segments: Collection[str], keys: Collection[UUID]) -> pa.Table:
    """The observations of these threats in these segments, all columns, missing ones null.

    Memory for what is found and for a few thousand rows more, however large the segments are.
    """
    wanted = pa.array([key.bytes for key in keys], pa.binary(16))
    tables = []
    for relative in segments:
        with pq.ParquetFile(home / relative) as file:
            tables.append(file.schema_arrow.empty_table())
            for rows in file.iter_batches(READ_ROWS):
                found = rows.filter(pc.is_in(rows["_threat"], value_set=wanted))
                tables.append(pa.Table.from_batches([found]))
    return pa.concat_tables(tables, promote_options="default")

"""What a format reader hands on: rows of one kind as text columns, and what it refused."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

AFFECTED_AS = ("address", "prefix", "url", "domain", "email")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: `reason` is a short code, `text` the row with secrets withheld."""

    line: int
    reason: str
    detail: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column carries what; an empty name means that no column does.

    `affected` lists (form, column) in order of preference, with form one of `AFFECTED_AS`.
    `key` are further columns that tell two threats on one asset apart (`cve:NAME` takes the
    CVE identifiers inside column NAME).  `time_format` empty: ISO-like or Unix epoch.
    """

    time: tuple[str, ...]
    affected: tuple[tuple[str, str], ...]
    port: str = ""
    protocol: str = ""
    asn: str = ""
    hostname: str = ""
    severity: str = ""
    key: tuple[str, ...] = ()
    time_format: str = ""


@dataclass(frozen=True)
class Batch:
    """Rows of one kind.

    `table`: every column text, names as in the header (lower case, unique), null where absent or
    empty.  `lines`: int64, one a row, the 1-based line (or record number) where the row starts.
    """

    kind: str
    table: pa.Table
    lines: npt.NDArray[np.int64]
    columns: Columns
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

"""What a format reader hands on: rows of one kind as text columns, and what it refused."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tocsin.kinds.columns import AFFECTED_AS, Columns
from tocsin.refused import Refused

__all__ = ["AFFECTED_AS", "Batch", "Columns", "Refused"]


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

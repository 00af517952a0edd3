"""Who held what and when: the rows that an index of prefixes, AS numbers or names points at."""

from dataclasses import dataclass

import numpy as np

from tocsin.constituency.asset_table import AssetTable, Int32, Int64, UInt8
from tocsin.constituency.intervals import NOBODY


@dataclass(frozen=True, slots=True)
class Holdings:
    """Columns of equal length; `parent` is the row to try next, `NOBODY` after the last."""

    asset: Int64
    organisation: Int32
    valid_from: Int64
    valid_to: Int64
    length: UInt8
    parent: Int32

    @classmethod
    def of(cls, table: AssetTable, rows: Int64, parent: Int32) -> "Holdings":
        """The table's rows, in the order in which `parent` counts them."""
        return cls(
            asset=table.asset[rows],
            organisation=table.organisation[rows],
            valid_from=table.valid_from[rows],
            valid_to=table.valid_to[rows],
            length=table.length[rows],
            parent=parent,
        )

    def settle(self, row: Int32, at: Int64, length: UInt8 | None = None) -> Int32:
        """The first of each row and its parents that was valid then, `NOBODY` where none was.

        `length`: the length of the prefix asked about; a longer one does not cover it.
        """
        row = row.copy()
        pending = np.flatnonzero(row != NOBODY)
        while len(pending):
            here, then = row[pending], at[pending]
            holds = (self.valid_from[here] <= then) & (then < self.valid_to[here])
            if length is not None:
                holds &= self.length[here] <= length[pending]
            pending = pending[~holds]
            row[pending] = self.parent[row[pending]]
            pending = pending[row[pending] != NOBODY]
        return row

    def chain(self, row: int, length: int = 128) -> list[int]:
        """The assets of a row and its parents, most specific first; none longer than `length`."""
        assets = []
        while row != NOBODY:
            if self.length[row] <= length:
                assets.append(int(self.asset[row]))
            row = int(self.parent[row])
        return assets

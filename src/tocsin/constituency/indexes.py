"""Look-up of rows by address, AS number or name.  Each index stands for one layer and one form."""

from dataclasses import dataclass

import numpy as np

from tocsin.constituency.asset_table import (
    AssetTable,
    Bool,
    Form,
    Int32,
    Int64,
    UInt8,
    UInt64,
)
from tocsin.constituency.holdings import Holdings
from tocsin.constituency.intervals import NOBODY, Intervals, find, flatten

_ALL_ONES = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_UNENDING = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class NumberIndex:
    """AS numbers or IPv4 prefixes: a key is the number itself."""

    intervals: Intervals
    holdings: Holdings

    @classmethod
    def build(cls, table: AssetTable, rows: Int64, form: Form) -> "NumberIndex":
        width = _widths(table.length[rows]) if form is Form.IPV4 else np.int64(1)
        start = table.high[rows].astype(np.int64)
        after = start + width
        order = np.lexsort((table.asset[rows], table.valid_from[rows], -after, start))
        intervals = flatten(start[order], after[order])
        return cls(intervals, Holdings.of(table, rows[order], intervals.parent))

    def rows(self, number: Int64, at: Int64, length: UInt8 | None = None) -> Int32:
        """Row of the responsible asset per number, `NOBODY` where none was valid at the time.

        Several times as fast where the numbers are sorted, as memory is then read in order.
        """
        return self.holdings.settle(find(self.intervals, number), at, length)

    def chain(self, number: int, length: int = 32) -> list[int]:
        return self.holdings.chain(int(find(self.intervals, np.array([number]))[0]), length)


def _widths(length: UInt8) -> Int64:
    width: Int64 = np.left_shift(np.int64(1), 32 - length.astype(np.int64))
    return width


@dataclass(frozen=True, slots=True)
class WideIndex:
    """IPv6 prefixes, to the last of the 128 bits.

    A key is the pair of ranks of the two halves among the halves that occur in boundaries, as
    one number: exact, and for the usual table without anything longer than /64 a single search.
    """

    highs: UInt64
    lows: UInt64
    intervals: Intervals
    holdings: Holdings

    @classmethod
    def build(cls, table: AssetTable, rows: Int64) -> "WideIndex":
        high, low = table.high[rows], table.low[rows]
        after_high, after_low, last = _after(high, low, table.length[rows])
        highs = np.unique(np.concatenate([high, after_high[~last]]))
        lows = np.unique(np.concatenate([low, after_low[~last]]))
        start = _ranks(highs, lows, high, low)
        after = _ranks(highs, lows, after_high, after_low)
        after[last] = _UNENDING
        order = np.lexsort((table.asset[rows], table.valid_from[rows], -after, start))
        intervals = flatten(start[order], after[order])
        return cls(highs, lows, intervals, Holdings.of(table, rows[order], intervals.parent))

    def rows(self, high: UInt64, low: UInt64, at: Int64, length: UInt8 | None = None) -> Int32:
        """As `NumberIndex.rows`, for the two halves of addresses."""
        if not len(self.holdings.asset):
            return np.full(len(high), NOBODY, np.int32)
        key = _ranks(self.highs, self.lows, high, low)
        return self.holdings.settle(find(self.intervals, key), at, length)

    def chain(self, high: int, low: int, length: int = 128) -> list[int]:
        if not len(self.holdings.asset):
            return []
        halves = np.array([high], np.uint64), np.array([low], np.uint64)
        row = find(self.intervals, _ranks(self.highs, self.lows, *halves))
        return self.holdings.chain(int(row[0]), length)


def _after(high: UInt64, low: UInt64, length: UInt8) -> tuple[UInt64, UInt64, Bool]:
    """The first address after each prefix, and which prefixes reach the end of the space."""
    high_length = np.minimum(length, 64)
    low_length = np.maximum(length, 64) - np.uint8(64)
    end_high = high | _host_bits(high_length)
    end_low = low | _host_bits(low_length)
    carry = end_low == _ALL_ONES
    after_high = np.where(carry, end_high + np.uint64(1), end_high)
    return after_high, end_low + np.uint64(1), carry & (end_high == _ALL_ONES)


def _host_bits(length: UInt8) -> UInt64:
    # A shift by all 64 bits is undefined, so the empty remainder is taken apart.
    bits = _ALL_ONES >> np.minimum(length, 63).astype(np.uint64)
    return np.where(length == 64, np.uint64(0), bits)


def _ranks(highs: UInt64, lows: UInt64, high: UInt64, low: UInt64) -> Int64:
    """Number whose order is that of the address, as far as boundaries can tell it apart."""
    of_high = np.searchsorted(highs, high, side="right") - 1
    known = (of_high >= 0) & (highs[of_high] == high)
    of_low = np.full(len(low), len(lows))
    of_low[known] = np.searchsorted(lows, low[known], side="right")
    rank: Int64 = of_high * np.int64(len(lows) + 1) + of_low
    return rank


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Domains: the longest name that is the domain or that it ends in, label by label."""

    top: dict[str, int]
    holdings: Holdings

    @classmethod
    def build(cls, table: AssetTable, rows: Int64) -> "NameIndex":
        names = [table.names[at] for at in table.high[rows].tolist()]
        order = sorted(
            range(len(names)),
            key=lambda row: (names[row], table.valid_from[rows[row]], table.asset[rows[row]]),
        )
        top = {names[row]: place for place, row in enumerate(order)}
        parent = np.full(len(order), NOBODY, np.int32)
        for place, row in enumerate(order):
            if place and names[order[place - 1]] == names[row]:
                parent[place] = place - 1
            else:
                parent[place] = _longest(top, names[row].partition(".")[2])
        return cls(top, Holdings.of(table, rows[np.array(order, np.int64)], parent))

    def rows(self, name: list[str], at: Int64) -> Int32:
        """As `NumberIndex.rows`, for lower-case names without a closing dot."""
        seen: dict[str, int] = {}
        row = np.empty(len(name), np.int32)
        for place, one in enumerate(name):
            if one not in seen:
                seen[one] = _longest(self.top, one)
            row[place] = seen[one]
        return self.holdings.settle(row, at)

    def chain(self, name: str) -> list[int]:
        return self.holdings.chain(_longest(self.top, name))


def _longest(top: dict[str, int], name: str) -> int:
    while name:
        if (row := top.get(name)) is not None:
            return row
        name = name.partition(".")[2]
    return NOBODY

"""Nested ranges made into disjoint intervals, each pointing at its most specific range.

Prefixes nest or are apart, never half in one another, so the ranges form trees: every range has
at most one next wider one, its parent.  That makes one map serve all times: take the most
specific range, and go to its parent while it was not valid at the time asked for.
"""

from typing import NamedTuple

import numpy as np

from tocsin.constituency.asset_table import Int32, Int64

NOBODY = -1


class Intervals(NamedTuple):
    """`top[i]` is the row of the most specific range on `boundary[i] <= key < boundary[i + 1]`."""

    boundary: Int64
    top: Int32
    parent: Int32


def flatten(start: Int64, after: Int64) -> Intervals:
    """The intervals of the ranges `start <= key < after`.

    Rows come sorted by start, then widest first; of equal ranges the last one wins and the ones
    before it are its parents.
    """
    parent = _parents(start, after)
    boundary = np.unique(np.concatenate([start, after]))
    top = (np.searchsorted(start, boundary, side="right") - 1).astype(np.int32)
    ended = np.arange(len(boundary))
    while len(ended):
        ended = ended[(top[ended] >= 0) & (after[top[ended]] <= boundary[ended])]
        top[ended] = parent[top[ended]]
    first = np.array([np.iinfo(np.int64).min])
    return Intervals(
        np.concatenate([first, boundary]),
        np.concatenate([np.array([NOBODY], np.int32), top]),
        parent,
    )


def _parents(start: Int64, after: Int64) -> Int32:
    """The row of the next wider range, `NOBODY` for a widest one.

    A range's depth is the number of ranges that began before it and have not ended.  Ranges of
    one depth do not overlap, so the parent is the last one that began among those a level up.
    """
    depth = np.arange(len(start)) - np.searchsorted(np.sort(after), start, side="right")
    parent = np.full(len(start), NOBODY, np.int32)
    by_depth = np.argsort(depth, kind="stable")
    edges = np.searchsorted(depth[by_depth], np.arange(depth.max(initial=-1) + 2))
    for wider, here, end in zip(edges, edges[1:], edges[2:], strict=False):
        above, rows = by_depth[wider:here], by_depth[here:end]
        parent[rows] = above[np.searchsorted(above, rows) - 1]
    return parent


def find(intervals: Intervals, key: Int64) -> Int32:
    """The row of the most specific range that each key falls into, `NOBODY` where none."""
    place = np.searchsorted(intervals.boundary, key, side="right") - 1
    return intervals.top[place]

"""From observations to one row a threat: sorted by key, first and last time, number of times."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.intake.normalise import Affected, Normalised

ARRAYS = (
    "key", "first_seen", "last_seen", "times_seen", "organisation", "asn", "port", "protocol",
    "severity",
)  # fmt: skip


@dataclass(frozen=True)
class Folded:
    """m threats in key order, which is PostgreSQL's order of uuid.

    `key` uint8[m, 16]; `first_seen`, `last_seen` int64[m] µs since 1970; `times_seen` int32[m];
    `organisation` int32[m], 0 nobody; the rest as in `Normalised`, of each threat's latest row.
    """

    key: npt.NDArray[np.uint8]
    first_seen: npt.NDArray[np.int64]
    last_seen: npt.NDArray[np.int64]
    times_seen: npt.NDArray[np.int32]
    organisation: npt.NDArray[np.int32]
    asn: npt.NDArray[np.int64]
    port: npt.NDArray[np.int32]
    protocol: npt.NDArray[np.int16]
    severity: npt.NDArray[np.int16]
    affected: Affected
    tag: pa.Array

    @property
    def any_text(self) -> bool:
        texts = (self.affected.name, self.tag)
        return any(pc.max(pc.binary_length(text)).as_py() for text in texts)

    def take(self, which: npt.NDArray[np.int64]) -> "Folded":
        """The threats at these positions, in their order."""
        arrays = {name: getattr(self, name)[which] for name in ARRAYS}
        return Folded(
            **arrays, affected=self.affected.take(which), tag=self.tag.take(pa.array(which))
        )


def fold(
    key: npt.NDArray[np.uint8], organisation: npt.NDArray[np.int32], rows: Normalised
) -> Folded:
    """n observations (n > 0) → m threats."""
    order = _order(key)
    start = _starts(key.take(order, axis=0))
    time = rows.time[order]
    last_seen = np.maximum.reduceat(time, start)
    times_seen = np.diff(np.append(start, len(order)))
    last = order[_latest(time, start, last_seen)]
    return Folded(
        key=key.take(last, axis=0),
        first_seen=np.minimum.reduceat(time, start),
        last_seen=last_seen,
        times_seen=times_seen.astype(np.int32),
        organisation=organisation[last],
        asn=rows.asn[last],
        port=rows.port[last],
        protocol=rows.protocol[last],
        severity=rows.severity[last],
        affected=rows.affected.take(last),
        tag=rows.tag.take(pa.array(last)),
    )


def _latest(
    time: npt.NDArray[np.int64], start: npt.NDArray[np.int64], last_seen: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The place of each threat's latest row; of several at the same time the last."""
    if len(start) == len(time):
        return start
    count = np.diff(np.append(start, len(time)))
    places = np.where(time == np.repeat(last_seen, count), np.arange(len(time)), 0)
    latest: npt.NDArray[np.int64] = np.maximum.reduceat(places, start)
    return latest


def _halves(key: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(key).view(">u8").astype(np.uint64)


def _order(key: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Rows in key order, those of one key in theirs.

    The first half decides almost all of it, and by far the quickest where ties may fall anyhow;
    they are put right afterwards.
    """
    halves = _halves(key)
    order = np.argsort(halves[:, 0])
    high = halves[order, 0]
    ties = high[1:] == high[:-1]
    tied = np.flatnonzero(np.append(ties, False) | np.append(False, ties))
    rows = order[tied]
    order[tied] = rows[np.lexsort((rows, halves[rows, 1], high[tied]))]
    return order


def _starts(sorted_key: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    halves = _halves(sorted_key)
    differs = np.any(halves[1:] != halves[:-1], axis=1)
    return np.concatenate([[0], np.flatnonzero(differs) + 1]).astype(np.int64)

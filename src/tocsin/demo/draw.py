"""Random numbers that come out the same on every machine, Python and numpy.

numpy promises a stable stream of bits for a bit generator, but not for the distributions drawn
from it, so everything here is made from the bits themselves.
"""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Draw:
    """An independent stream for each seed and set of labels."""

    def __init__(self, seed: int, *labels: object) -> None:
        words = [seed, *(zlib.crc32(str(label).encode()) for label in labels)]
        self._bits = np.random.PCG64(np.random.SeedSequence(words))

    def uniform(self, count: int) -> Floats:
        """`count` numbers, 0 ≤ x < 1."""
        raw = np.asarray(self._bits.random_raw(count), dtype=np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def integers(self, count: int, low: int | Ints, high: int | Ints) -> Ints:
        """`count` whole numbers, low ≤ x < high; the bounds may differ for each."""
        span = np.asarray(high, dtype=np.int64) - np.asarray(low, dtype=np.int64)
        return np.asarray(low + np.floor(self.uniform(count) * span), dtype=np.int64)

    def pick(self, count: int, weights: Sequence[float] | Floats) -> Ints:
        """`count` indexes into `weights`, each as likely as its weight."""
        ends = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.searchsorted(ends / ends[-1], self.uniform(count), side="right").astype(np.int64)

    def shuffled(self, count: int) -> Ints:
        """0 … count-1 in random order."""
        return np.argsort(self.uniform(count), kind="stable")

    def hexadecimal(self, count: int, digits: int) -> list[str]:
        """`count` strings of so many hexadecimal digits."""
        words = -(-digits // 16)
        raw = np.asarray(self._bits.random_raw(count * words), dtype=">u8").tobytes().hex()
        step = words * 16
        return [raw[at : at + digits] for at in range(0, len(raw), step)]

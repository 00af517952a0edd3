"""Deterministic pseudo-random numbers from identities, so that any file can be made alone."""

import zlib

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def salt(text: str) -> np.uint64:
    """A 64-bit starting value for a stream named `text`."""
    return np.uint64(zlib.crc32(text.encode()) * 0x1_0000_0001)


def mix(values: Words, stream: np.uint64) -> Words:
    """One well-mixed 64-bit word per value (the finaliser of splitmix64)."""
    with np.errstate(over="ignore"):
        z = (values + stream) * _GOLDEN + _GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: Words = z ^ (z >> np.uint64(31))
    return mixed


def below(values: Words, stream: np.uint64, limit: int) -> npt.NDArray[np.int64]:
    """One number in 0 … limit-1 per value; the bias is below 2**-32 for limits under 2**32."""
    return (mix(values, stream) % np.uint64(limit)).astype(np.int64)

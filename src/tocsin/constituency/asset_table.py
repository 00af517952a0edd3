"""The assets of every organisation as columns: what the as-of asset map is built from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
UInt8 = npt.NDArray[np.uint8]
UInt64 = npt.NDArray[np.uint64]
Bool = npt.NDArray[np.bool_]

# A validity without a beginning or an end, in microseconds since 1970.
OPEN_FROM = int(np.iinfo(np.int64).min)
OPEN_TO = int(np.iinfo(np.int64).max)


class Form(IntEnum):
    """What an asset is; the two kinds of prefix carry their IP version as number."""

    ASN = 1
    DOMAIN = 2
    EMAIL_DOMAIN = 3
    IPV4 = 4
    IPV6 = 6


@dataclass(frozen=True, slots=True)
class AssetTable:
    """One row per asset, all columns of equal length.

    `high`: the IPv4 address, the upper half of the IPv6 address, the AS number, or the position
    in `names`; `low`: the lower half of the IPv6 address.  `length`: of the prefix.  Valid at t
    when `valid_from <= t < valid_to`, in microseconds since 1970.
    """

    asset: Int64
    organisation: Int32
    form: UInt8
    manual: Bool
    valid_from: Int64
    valid_to: Int64
    high: UInt64
    low: UInt64
    length: UInt8
    names: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.asset)

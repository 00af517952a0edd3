"""How much we are ready to unpack."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

MIB = 1024 * 1024

Opener = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Limits:
    """What we are ready to unpack, in bytes and counts; beyond it a member is refused.

    A ratio counts only from `ratio_from` unpacked bytes on: small files of one repeated row
    compress extremely well and harm nobody.
    """

    ratio: int = 400
    ratio_from: int = 256 * MIB
    member_bytes: int = 64 * 1024 * MIB
    spooled_bytes: int = 4 * 1024 * MIB
    mail_bytes: int = 96 * MIB
    entries: int = 5_000
    depth: int = 6

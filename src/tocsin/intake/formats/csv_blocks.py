"""Hands out a stream of rows piece by piece, from one buffer that is used over and over."""

from typing import Any, BinaryIO

from tocsin.intake.batches import Refused
from tocsin.intake.containers.streams import DamagedError

MAX_ROW = 64 * 1024 * 1024


class Blocks:
    """`fill` reads, `buffer[:filled]` is there to be parsed, `take` drops what is done with.

    `line` is the 1-based number of the line that the buffer begins with.
    """

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream: Any = stream
        self.buffer = bytearray(size)
        self.filled = 0
        self.line = 1
        self.at_end = False
        self.damage: Refused | None = None

    def fill(self) -> bool:
        """Read until the buffer is full or the stream ends; False when nothing is left."""
        with memoryview(self.buffer) as view:
            try:
                while not self.at_end and self.filled < len(view):
                    got = self._stream.readinto1(view[self.filled :])
                    self.filled += got
                    self.at_end = got == 0
            except DamagedError as error:
                self.damage = Refused(0, error.reason, str(error))
                self.at_end = True
        return self.filled > 0

    def grow(self, size: int) -> None:
        """Make the buffer at least so large."""
        if size > len(self.buffer):
            grown = bytearray(size)
            grown[: self.filled] = self.buffer[: self.filled]
            self.buffer = grown

    def peek(self, size: int) -> bytes:
        return bytes(self.buffer[: min(size, self.filled)])

    def end(self, limit: int) -> int:
        """Where the last line that is complete within `limit` bytes ends; 0 when none is."""
        return self.buffer.rfind(b"\n", 0, min(self.filled, limit)) + 1

    def take(self, used: int, lines: int) -> None:
        """The first `used` bytes, which are `lines` lines, are done with."""
        left = self.filled - used
        self.buffer[:left] = self.buffer[used : self.filled]
        self.filled = left
        self.line += lines

    def skip_line(self) -> None:
        """Drop everything up to the end of the line, however far that is."""
        while not (end := self.buffer.find(b"\n", 0, self.filled) + 1) and self.filled:
            self.take(self.filled, 0)
            self.fill()
        self.take(end, 1)

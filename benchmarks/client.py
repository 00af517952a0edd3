"""A client of the API that keeps its connection, and does nothing else on the clock."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks.meter import CommandError

BLOCK = 1 << 20  # bytes
PATIENCE = 300.0  # seconds


@dataclass(frozen=True)
class Got:
    """`seconds`: from the first byte sent to the last one read."""

    status: int
    body: bytes
    seconds: float


class Client:
    """Whoever has the token."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, address: str, status: int = 200) -> Got:
        """Raises CommandError for another status than the right one."""
        return self._ask("GET", address, None, {}, status)

    def post(self, address: str, media: str, body: bytes) -> Got:
        return self._ask("POST", address, body, {"Content-Type": media}, 200)

    def stream(self, address: str) -> Iterator[bytes]:
        """The blocks of a long answer, as they come."""
        self._connection.request("GET", _path(address), headers=self._headers)
        with self._connection.getresponse() as response:
            while block := response.read1(BLOCK):
                yield block

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str], status: int
    ) -> Got:
        started = time.perf_counter()
        self._connection.request(method, _path(address), body, {**self._headers, **headers})
        with self._connection.getresponse() as response:
            content = response.read()
        seconds = time.perf_counter() - started
        if response.status != status:
            raise CommandError(f"{address}: {response.status}, not {status}: {content[:500]!r}")
        return Got(response.status, content, seconds)


def _path(address: str) -> str:
    """`next` of a page is a whole address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

"""One POST to a vetted address: no second look-up, no redirect, no proxy, and an end in time."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Timer

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from tocsin.errors import TocsinError
from tocsin.webhooks.resolving import Policy, Resolve, checked, resolve, vetted
from tocsin.webhooks.rules import Answer
from tocsin.webhooks.targets import Target

LIMIT = 10.0  # seconds, for all of it
MOST_READ = 4096  # bytes of the answer
OUR_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "Tocsin-Webhooks/1",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass
class Line:
    """The way to one of the addresses, cut when its time is over."""

    addresses: Sequence[str]
    ends: float
    cutter: socket.socket | None = None

    @property
    def left(self) -> float:
        return max(self.ends - time.monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends

    def open(self, port: int) -> socket.socket:
        """Connect to the first address that answers; raises OSError."""
        for position, address in enumerate(self.addresses):
            share = self.left / (len(self.addresses) - position)
            try:
                made = socket.create_connection((address, port), share)
            except OSError:
                if position + 1 == len(self.addresses):
                    raise
            else:
                return self._kept(made)
        raise OSError("no address")

    def _kept(self, made: socket.socket) -> socket.socket:
        made.settimeout(self.left)
        self.cutter = made.dup()
        if self.is_over:  # the cut came too early to find it
            self.cut()
        return made

    def cut(self) -> None:
        """From another thread: whoever waits for a byte is told that the line has ended."""
        if self.cutter:
            with suppress(OSError):
                self.cutter.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self.cutter:
            self.cutter.close()


class _Straight:
    """A connection whose socket is given, so that the name is not looked up again."""

    line: Line
    port: int
    path: str

    def _new_conn(self) -> socket.socket:
        return self.line.open(self.port)


class PlainConnection(_Straight, HTTPConnection):
    pass


class TlsConnection(_Straight, HTTPSConnection):
    pass


Connection = PlainConnection | TlsConnection


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    rules: Policy,
    ask: Resolve = resolve,
    limit: float = LIMIT,
) -> Answer:
    """Send; whatever goes wrong is in the answer, nothing is raised.  `limit` in seconds."""
    began = time.monotonic()
    try:
        connection = _connection(checked(url, rules), rules, ask, began + limit)
    except TocsinError as error:
        answer = Answer(0, str(error))
    else:
        answer = _in_time(connection, lambda: _exchange(connection, body, headers), limit)
    return replace(answer, milliseconds=round((time.monotonic() - began) * 1000))


def _connection(target: Target, rules: Policy, ask: Resolve, ends: float) -> Connection:
    """Not yet opened.  Raises `TocsinError` where nothing may be sent."""
    left = ends - time.monotonic()
    line = Line(vetted(target, rules, ask, patience=left / 2), ends)
    made: Connection
    if target.scheme == "https":
        made = TlsConnection(target.host, target.port, timeout=left, ssl_context=_tls())
    else:
        made = PlainConnection(target.host, target.port, timeout=left)
    made.line, made.path = line, target.path
    return made


def _in_time(connection: Connection, exchange: Callable[[], Answer], limit: float) -> Answer:
    """What the exchange brings; whatever is still going on when its time is over is cut off."""
    line = connection.line
    late = Answer(0, f"no complete answer within {limit:g} seconds")
    timer = Timer(max(line.ends - time.monotonic(), 0), line.cut)
    timer.start()
    try:
        answer = exchange()
        return late if line.is_over else answer
    except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
        return late if line.is_over else Answer(0, _why(error))
    finally:
        timer.cancel()
        connection.close()
        line.close()


def _exchange(connection: Connection, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection.request(
        "POST",
        connection.path,
        body,
        {**headers, **OUR_HEADERS},
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    response.read(MOST_READ, decode_content=False)
    status = response.status
    return Answer(status, _words(status), response.headers.get("Retry-After", ""))


def _tls() -> ssl.SSLContext:
    return _context(settings.TOCSIN_WEBHOOK_CA_FILE)


@lru_cache(maxsize=2)
def _context(ca_file: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise TocsinError(f"Cannot use TOCSIN_WEBHOOK_CA_FILE: {error.strerror}.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _words(status: int) -> str:
    if 300 <= status < 400:
        return f"answered with {status}: redirects are not followed"
    return "" if 200 <= status < 300 else f"answered with {status}"


def _why(error: BaseException) -> str:
    """In words, without the address and without anything that the other side wrote."""
    reason: object = error
    while isinstance(reason, HTTPError) and reason.args:
        inner = next((one for one in reason.args if isinstance(one, BaseException)), None)
        if inner is None:
            break
        reason = inner
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({reason.verify_message})"
    if isinstance(reason, ssl.SSLError):
        return f"TLS failed ({reason.reason})"
    if isinstance(reason, TimeoutError):
        return "no connection in time"
    if isinstance(reason, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return f"no proper answer ({type(reason).__name__})"

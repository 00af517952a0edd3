"""One POST to a vetted address: no second look-up, no redirect, no proxy, and an end in time."""

import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Timer
from typing import Any

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from tocsin.errors import TocsinError
from tocsin.webhooks.resolving import Policy, checked, resolve, vetted
from tocsin.webhooks.rules import Answer

LIMIT = 10.0  # seconds, for all of it
MOST_READ = 4096  # bytes of the answer
Resolve = Callable[[str], list[str]]
Post = Callable[[str, bytes, Mapping[str, str]], Answer]


@dataclass
class Line:
    """The way to one of the addresses, cut when its time is over."""

    addresses: Sequence[str]
    ends: float
    cutter: socket.socket | None = None

    def open(self, port: int) -> socket.socket:
        """Connect to the first address that answers; raises OSError."""
        for position, address in enumerate(self.addresses):
            left = self.ends - time.monotonic()
            share = left / (len(self.addresses) - position)
            try:
                made = socket.create_connection((address, port), max(share, 0.01))
            except OSError:
                if position + 1 == len(self.addresses):
                    raise
            else:
                self.cutter = made.dup()
                return made
        raise OSError("no address")

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

    def _new_conn(self) -> socket.socket:
        return self.line.open(self.port)


class PlainConnection(_Straight, HTTPConnection):
    pass


class TlsConnection(_Straight, HTTPSConnection):
    pass


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
        target = checked(url, rules)
        line = Line(vetted(target, rules, ask, patience=limit / 2), began + limit)
        kind = TlsConnection if target.scheme == "https" else PlainConnection
        secure: dict[str, Any] = {"ssl_context": _tls()} if target.scheme == "https" else {}
        connection = kind(target.host, target.port, timeout=limit, **secure)
        connection.line = line
    except TocsinError as error:
        return Answer(0, str(error), milliseconds=_since(began))
    timer = Timer(max(line.ends - time.monotonic(), 0), line.cut)
    timer.start()
    try:
        connection.request(
            "POST", target.path, body, _all(headers), preload_content=False, decode_content=False
        )
        response = connection.getresponse()
        response.read(MOST_READ, decode_content=False)
        status, retry_after = response.status, response.headers.get("Retry-After", "")
        return Answer(status, _words(status), retry_after, _since(began))
    except (OSError, HTTPError, ValueError) as error:
        late = time.monotonic() >= line.ends
        why = f"no complete answer within {limit:g} seconds" if late else _why(error)
        return Answer(0, why, milliseconds=_since(began))
    finally:
        timer.cancel()
        connection.close()
        line.close()


def _all(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        **headers,
        "Content-Type": "application/json",
        "User-Agent": "Tocsin-Webhooks/1",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


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


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


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

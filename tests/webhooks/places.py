"""Endpoints on loopback for the tests, and the rules that let webhooks reach them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tocsin.webhooks.addresses import allowed
from tocsin.webhooks.resolving import Policy

Behave = Callable[[socket.socket], None]


def rules(*allow: str, ports: tuple[int, ...] = (80, 443, 8443), public: str = "") -> Policy:
    return Policy(("https", "http"), frozenset(ports), allowed(allow), public)


def loopback(url: str) -> Policy:
    """Allows this one place on 127.0.0.0/8."""
    return rules("127.0.0.0/8", ports=(urlsplit(url).port or 443,))


@contextmanager
def raw_server(behave: Behave) -> Iterator[str]:
    """An endpoint that does with each connection what it is told; gives its URL."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                made, _ = listening.accept()
                threading.Thread(target=_one, args=(made, behave), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _one(made: socket.socket, behave: Behave) -> None:
    with made, suppress(OSError):
        behave(made)

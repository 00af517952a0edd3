"""The web server and, beside it, a worker for the jobs."""

import os
import socket
from contextlib import nullcontext

import click
from django.conf import settings
from granian.constants import Interfaces
from granian.server import Server

from tocsin.database.setup import open_database
from tocsin.errors import TocsinError
from tocsin.web.beside import worker
from tocsin.web.clock import is_demo

THREADS = 8  # up to four of them may be busy with slow readers' exports


def run(host: str, port: int, *, work: bool) -> None:
    """Serve until interrupted; the worker, if there is one, ends with the server.

    Raises `TocsinError` if something else listens there.
    """
    check_free(host, port)
    open_database().watch()
    click.echo(f"Tocsin is at http://{_in_address(host)}:{port}/ (stop it with Ctrl-C)")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    server = Server(
        "tocsin.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_enabled=False,
    )
    with worker() if work else nullcontext():
        server.serve()


def wants_worker() -> bool:
    """With the embedded PostgreSQL one command does all.  A demo's story is over, and its clock is
    not ours: jobs would go on with it months later."""
    return not settings.DATABASE_URL and not is_demo()


def check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise TocsinError(
                f"Cannot listen on {host} port {port}: {error.strerror}.",
                f"Choose another: tocsin serve --port {port + 1 if port < 65535 else 8000}",
            ) from error


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host

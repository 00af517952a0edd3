"""A small demo country, served as it would be to a visitor, for all journeys of a run."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 60.0  # seconds until the server answers
ROWS = "6000"


@dataclass(frozen=True)
class Account:
    """Somebody of `demo.json`."""

    role: str
    email: str
    password: str
    totp_secret: str
    organisation: str | None


@dataclass(frozen=True)
class Country:
    """`url`: where it is served, without a slash at the end."""

    home: Path
    url: str
    accounts: tuple[Account, ...]

    def account(self, role: str, organisation: int = 0) -> Account:
        """The role's first one; of members those of the first or second organisation."""
        return [each for each in self.accounts if each.role == role][organisation]


@contextmanager
def served(home: Path) -> Iterator[Country]:
    """The demo's country; its server ends with the block."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")},
        "TOCSIN_HOME": str(home),
        "TOCSIN_PUBLIC_URL": url,
        "TOCSIN_SERVER_TIMING": "true",
    }
    command = [sys.executable, "-m", "tocsin"]
    subprocess.run(
        [*command, "demo", "--no-serve", "--rows", ROWS],
        env=settings, check=True, capture_output=True,
    )  # fmt: skip
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=settings, stdout=log, stderr=log
        )
        try:
            _wait_for(f"{url}/healthz")
            yield Country(home, url, _accounts(home))
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(PATIENCE)


def _accounts(home: Path) -> tuple[Account, ...]:
    roles: dict[str, Any] = json.loads((home / "demo.json").read_text())["roles"]
    return tuple(
        Account(
            role, entry["email"], entry["password"], entry["totp_secret"], entry["organisation"]
        )
        for role, entries in roles.items()
        for entry in (entries if isinstance(entries, list) else [entries])
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(url, timeout=5):  # noqa: S310
                return
        except URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)

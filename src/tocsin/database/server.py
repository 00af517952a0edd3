"""The database that the environment asks for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from tocsin.database.embedded import Embedded
from tocsin.database.external import External


class Server(Protocol):
    """A PostgreSQL that Tocsin can use."""

    @property
    def migrates(self) -> bool: ...

    def ensure_running(self) -> None: ...

    def watch(self, pause: float = 1.0) -> None: ...

    def dsn(self, role: str) -> dict[str, str]: ...

    def url(self, role: str) -> str: ...

    def release(self) -> None: ...

    def stop(self) -> None: ...

    def status(self) -> dict[str, object]: ...


def open_server(home: Path, environment: Mapping[str, str]) -> Server:
    """The server of DATABASE_URL (and DATABASE_OWNER_URL), or else the embedded one."""
    if url := environment.get("DATABASE_URL", ""):
        return External(home, url, environment.get("DATABASE_OWNER_URL", ""))
    return Embedded(home)

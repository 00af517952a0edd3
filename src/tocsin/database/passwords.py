"""Passwords of the database roles, kept in one private file."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from tocsin.database.home import Home
from tocsin.errors import TocsinError


def path(home: Home, name: str) -> Path:
    return home.folder("keys") / f"{name}.json"


def read(home: Home, name: str) -> dict[str, str] | None:
    """The passwords by role; None when there are none yet."""
    file = path(home, name)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise TocsinError(
            f"Cannot read the database's passwords in {file}: {error}.",
            "Restore the file from a backup, or move it away to have new ones made.",
        ) from error
    return {str(role): str(password) for role, password in found.items()}


def make(home: Home, name: str, roles: Iterable[str]) -> dict[str, str]:
    """New passwords (256 bits, letters and digits) for these roles, kept before any use."""
    made = {role: secrets.token_hex(32) for role in roles}
    home.write_private(path(home, name), json.dumps(made, indent=1) + "\n")
    return made

"""The settings of one source, read with plain complaints; credentials never lie in the file."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from tocsin.errors import TocsinError

_Value = TypeVar("_Value", str, int, bool, list[Any])
_SECRETS = ("key", "secret", "password", "token")


class OptionError(TocsinError):
    """A source is set up wrongly."""


class Options:
    """The table of one source.  Whatever nobody asked for by `done` is a mistake, and said so."""

    def __init__(self, source: str, table: Mapping[str, Any]) -> None:
        self.source = source
        self._left = dict(table)
        for name in _SECRETS:
            if name in self._left:
                raise self.wrong(
                    f"“{name}” must not be written into the file",
                    f"give {name}_env = the name of an environment variable, "
                    f"or {name}_file = the path of a file that only you can read",
                )

    def wrong(self, what: str, hint: str = "") -> OptionError:
        return OptionError(f"source {self.source}: {what}", hint)

    def text(self, name: str, default: str | None = None) -> str:
        return self._take(name, str, default)

    def number(self, name: str, default: int | None = None) -> int:
        value = self._take(name, int, default)
        if value < 0:
            raise self.wrong(f"“{name}” must not be negative")
        return value

    def flag(self, name: str, default: bool) -> bool:
        return self._take(name, bool, default)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._take(name, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(f"“{name}” must be a list of texts")
        return tuple(values)

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise self.wrong(f"“{name}” must be one of {', '.join(allowed)}")
        return value

    def secret(self, name: str, default: str | None = None) -> str:
        """A credential from the environment (NAME_env) or from a private file (NAME_file)."""
        variable = self.text(f"{name}_env", "")
        path = self.text(f"{name}_file", "")
        if variable and path:
            raise self.wrong(f"give {name}_env or {name}_file, not both")
        if variable:
            if not os.environ.get(variable):
                raise self.wrong(f"the environment variable {variable} is not set")
            return os.environ[variable]
        if path:
            return self._private(Path(path))
        if default is None:
            raise self.wrong(f"{name}_env or {name}_file is missing")
        return default

    def done(self) -> None:
        if self._left:
            unknown = ", ".join(sorted(self._left))
            raise self.wrong(f"unknown setting: {unknown}", "see docs: sources.toml")

    def _take(self, name: str, kind: type[_Value], default: _Value | None) -> _Value:
        value = self._left.pop(name, default)
        if value is None:
            raise self.wrong(f"“{name}” is missing")
        # bool is an int to Python, but `limit = true` is a mistake.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(f"“{name}” must be a {kind.__name__}")
        return value

    def _private(self, path: Path) -> str:
        try:
            mode = path.stat().st_mode
            content = path.read_text().strip()
        except OSError as error:
            raise self.wrong(f"{path} cannot be read: {error.strerror}") from None
        if stat.S_IMODE(mode) & 0o077:
            raise self.wrong(f"{path} can be read by others", f"chmod 600 {path}")
        if not content:
            raise self.wrong(f"{path} is empty")
        return content

"""The sources file: TOCSIN_HOME/sources.toml, a table for each source."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.intake.fetch import directory, mailbox, shadowserver, web
from tocsin.intake.fetch.items import Fetcher
from tocsin.intake.fetch.options import OptionError, Options
from tocsin.intake.fetch.schedule import Schedule, ScheduleError, parse

TYPES: Mapping[str, Callable[[Options], Fetcher]] = {
    "shadowserver": shadowserver.from_options,
    "directory": directory.from_options,
    "imap": mailbox.from_options,
    "https": web.from_options,
}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")


@dataclass(frozen=True)
class Source:
    """`feed`: read everything as this feed; if empty, recognised by name and content.
    `schedule` None: fetched only when asked for."""

    name: str
    type: str
    feed: str
    schedule: Schedule | None
    table: Mapping[str, Any]

    def fetcher(self) -> Fetcher:
        """Reads the credentials, so it is called only when the source is to be fetched."""
        options = Options(self.name, self.table)
        fetcher = TYPES[self.type](options)
        options.done()
        return fetcher


def load(path: Path) -> dict[str, Source]:
    """The sources of a file, none if there is no file; raises OptionError."""
    try:
        tables = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise OptionError(f"{path} cannot be read: {error}") from None
    return {name: _source(name, table) for name, table in tables.items()}


def _source(name: str, table: Any) -> Source:
    if not _NAME.fullmatch(name) or not isinstance(table, dict):
        raise OptionError(
            f"“{name}” is not a source", "write [name] with small letters, digits and hyphens"
        )
    options = Options(name, table)
    kind = options.choice("type", tuple(TYPES), "")
    feed, when = options.text("feed", ""), options.text("schedule", "")
    try:
        schedule = parse(when) if when else None
    except ScheduleError as error:
        raise options.wrong(str(error), error.hint) from None
    rest = {key: table[key] for key in table if key not in ("type", "feed", "schedule")}
    return Source(name, kind, feed, schedule, rest)

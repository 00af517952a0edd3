"""Fetching and ingesting in one: what `tocsin fetch` and the worker do with the sources."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tocsin.intake.fetch import actions
from tocsin.intake.fetch.actions import Outcome
from tocsin.intake.fetch.options import OptionError
from tocsin.intake.fetch.sources import Source, load
from tocsin.threats.ingest import ingest


def sources() -> dict[str, Source]:
    """Those of TOCSIN_HOME/sources.toml, by name."""
    return load(settings.TOCSIN_HOME / "sources.toml")


def fetch_sources(names: Sequence[str], now: datetime, dry_run: bool = False) -> list[Outcome]:
    """Fetches the named sources, or all, in turn; raises OptionError for an unknown name."""
    known = sources()
    if unknown := [name for name in names if name not in known]:
        raise OptionError(
            f"no source is called {', '.join(unknown)}",
            f"the sources of {settings.TOCSIN_HOME / 'sources.toml'} are: {', '.join(known)}",
        )
    return [_fetch(known[name], now, dry_run) for name in names or known]


def fetch_due(now: datetime) -> list[Outcome]:
    """Fetches the sources whose schedule calls for it; the worker asks every minute."""
    return [_fetch(source, now) for source in actions.due(sources(), now)]


def _fetch(source: Source, now: datetime, dry_run: bool = False) -> Outcome:
    def take(path: Path, feed: str) -> int:
        return ingest([path], now, feed=feed).count("refused")

    return actions.fetch(source, settings.TOCSIN_HOME, take, now, dry_run)

"""`tocsin fetch`: reports from where they wait into threats."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tocsin.database.setup import open_database

if TYPE_CHECKING:
    from tocsin.intake.fetch.actions import Outcome


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only name what would be fetched.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def fetch(sources: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Fetch reports from the SOURCES of TOCSIN_HOME/sources.toml, or from all of them.

    Exit status 0 when everything came and was taken, 2 when rows were refused, 1 when a source
    or something of it could not be fetched; the rest is in, and the next run tries again.
    """
    open_database()
    from tocsin.threats.fetching import fetch_sources

    outcomes = fetch_sources(sources, datetime.now(UTC), dry_run)
    if as_json:
        click.echo(json.dumps({"sources": [asdict(one) for one in outcomes]}, indent=2))
    else:
        _print(outcomes, dry_run)
    failed = any(one.failures for one in outcomes)
    sys.exit(1 if failed else 2 if any(one.refused for one in outcomes) else 0)


def _print(outcomes: "list[Outcome]", dry_run: bool) -> None:
    if not outcomes:
        click.echo("There are no sources: describe some in TOCSIN_HOME/sources.toml.")
    for one in outcomes:
        for name in one.names if dry_run else ():
            click.echo(f"{one.source}: would fetch {name}")
        if not dry_run:
            refused = f", {one.refused} rows refused" if one.refused else ""
            click.echo(f"{one.source}: {len(one.names)} fetched{refused}.")
        for failure in one.failures:
            click.echo(f"{one.source}: {failure}", err=True)

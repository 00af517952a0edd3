"""`tocsin ingest`: reports from files into threats."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.progress import progress
from tocsin.cli.visible import say
from tocsin.database.setup import open_database

if TYPE_CHECKING:
    from tocsin.threats.ingest import Summary

COUNTED = ("rows", "observations", "refused", "new", "reopened", "unattributed")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def ingest(paths: tuple[Path, ...], as_json: bool) -> None:
    """Take reports: CSV, JSON, gzip, zip, folders, and mails (.eml) with attachments.

    Exit status 0 when everything was taken, 2 when some input was refused: those rows are kept
    with file, line and reason, and the rest is in.
    """
    open_database()
    from tocsin.threats import ingest as taking

    with progress("Taking reports") as tell:
        summary = taking.ingest(
            paths, datetime.now(UTC), lambda outcome, left: tell(outcome.origin, left)
        )
    counts = {
        "reports": summary.files("taken"),
        "known": summary.files("known"),
        "files_refused": summary.files("refused"),
        **{name: summary.count(name) for name in COUNTED},
        "closed": summary.closed,
    }
    files = [asdict(outcome) for outcome in summary.outcomes]
    if as_json:
        click.echo(json.dumps({**counts, "files": files}, indent=2))
    else:
        _print(counts, summary)
    sys.exit(2 if counts["refused"] else 0)


def _print(counts: dict[str, int], summary: "Summary") -> None:
    for outcome in summary.outcomes:
        for note in outcome.notes:
            say(f"{outcome.origin}: {note}", err=True)
        for line, reason, detail in outcome.reasons:
            say(f"{outcome.origin}:{line}: {reason} {detail}".rstrip(), err=True)
    known = f", {counts['known']} known already" if counts["known"] else ""
    click.echo(f"{counts['reports']} reports taken{known}.")
    click.echo(
        f"{counts['rows']} rows: {counts['observations']} observations,"
        f" {counts['refused']} refused."
    )
    click.echo(
        f"{counts['new']} new threats, {counts['reopened']} reopened, {counts['closed']} closed; "
        f"{counts['unattributed']} observations of networks that are nobody's."
    )
    if counts["refused"]:
        click.echo("Refused rows are kept with their reasons: `tocsin status`.", err=True)

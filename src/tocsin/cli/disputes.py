"""`tocsin disputes`: what an analyst has to decide — list, decide, export, grades."""

import getpass
from datetime import UTC, datetime
from typing import TextIO
from uuid import UUID

import click

from tocsin.cli.tables import show
from tocsin.database.setup import open_database

VERDICTS = ("confirm", "reject", "assign", "nobody")
as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")


@click.group()
def disputes() -> None:
    """Threats that organisations say are not theirs, or no threats."""


@disputes.command(name="list")
@click.option("--most", type=click.IntRange(min=1), default=100, show_default=True)
@as_json
def list_command(most: int, machine: bool) -> None:
    """Show what waits for a decision, the oldest first."""
    open_database()
    from tocsin.answers.queries import disputed

    show([one._asdict() for one in disputed(most)], machine, "Nothing is disputed.")


@disputes.command()
@click.argument("threat", type=click.UUID)
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--reason", default="", help="Why; a rejection tells it to the organisation.")
@click.option("--organisation", "name", default="", help="Whom to assign it to.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Until when a confirmed false positive is not told again, 00:00 UTC; else 180 days.",
)
def decide(threat: UUID, verdict: str, reason: str, name: str, until: datetime | None) -> None:
    """Decide of a disputed threat.

    confirm: it is no threat. reject: it is one, and theirs. assign: it is another organisation's.
    nobody: nobody we know answers for it.
    """
    open_database()
    from tocsin.answers.actions import decide as deciding
    from tocsin.answers.rules import Verdict
    from tocsin.constituency.queries import one_organisation

    deciding(
        threat,
        Verdict(verdict),
        getpass.getuser(),
        reason,
        datetime.now(UTC),
        one_organisation(name)["id"] if name else None,
        until.replace(tzinfo=UTC) if until else None,
    )
    click.echo(f"{threat}: {verdict}")


@disputes.command()
@click.option("--feed", default="", help="Only what this feed reported.")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file.")
def export(feed: str, output: TextIO) -> None:
    """Write confirmed false positives as CSV, for the source of the feed."""
    open_database()
    from tocsin.answers.queries import false_positives, write_false_positives

    write_false_positives(false_positives(feed), output)


@disputes.command()
@as_json
def grades(machine: bool) -> None:
    """How many false positives were claimed and confirmed, by feed and kind."""
    open_database()
    from tocsin.answers.queries import grades as read

    show([one._asdict() for one in read()], machine, "No false positive was ever claimed.")

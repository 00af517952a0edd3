"""`tocsin answers`: what organisations say of their threats — list, give."""

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from tocsin.cli.tables import show
from tocsin.database.setup import open_database

SHOWN = 20


@click.group()
def answers() -> None:
    """What organisations say of their threats."""


@answers.command(name="list")
@click.option("--organisation", "name", default="", help="Only this one's.")
@click.option("--most", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
def list_command(name: str, most: int, machine: bool) -> None:
    """Show the latest answers."""
    open_database()
    from tocsin.answers.queries import answers as read
    from tocsin.constituency.queries import one_organisation

    number = one_organisation(name)["id"] if name else None
    show(read(number, most), machine, "Nobody has answered yet.")


@answers.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "name", required=True, help="Whose answers they are.")
def give(file: Path, name: str) -> None:
    """Take an organisation's answers from a CSV with the columns id and status.

    The CSV of an alert is one, once its status column is filled in. For answers that came by
    telephone, say. Exit status 2 if a row was refused; the others are taken.
    """
    open_database()
    from tocsin.answers.actions import answer
    from tocsin.answers.csv_answers import read_answers
    from tocsin.answers.statements import Via, Who
    from tocsin.constituency.queries import one_organisation

    number = one_organisation(name)["id"]
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        given, refused = read_answers(lines)
    who = Who(f"{getpass.getuser()}, for {name}")
    outcome = answer(number, given, who, Via.UPLOAD, datetime.now(UTC))
    refused = sorted([*refused, *outcome.refused], key=lambda one: one.row)
    for one in refused[:SHOWN]:
        click.echo(f"{file}:{one.row}: {one.reason}: {one.detail} ({one.threat})", err=True)
    if len(refused) > SHOWN:
        click.echo(f"… and {len(refused) - SHOWN} more.", err=True)
    click.echo(
        f"{outcome.taken} answers taken, {outcome.unchanged} unchanged, {len(refused)} refused."
    )
    effects = ", ".join(f"{count} {name}" for name, count in sorted(outcome.effects.items()))
    if effects:
        click.echo(f"What they did: {effects}.")
    sys.exit(2 if refused else 0)

"""`tocsin answers`: what organisations say of their threats — list, give."""

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from tocsin.cli.tables import show
from tocsin.cli.visible import say
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
    """Take an organisation's answers from a file: CSV, zipped CSV, JSON.

    The CSV of an alert is one, once its status column is filled in. For answers that came by
    telephone, say. Exit status 2 if a row was refused; the others are taken.
    """
    open_database()
    from tocsin.alerts.replies.reading import Handed
    from tocsin.alerts.replies.reasons import told
    from tocsin.alerts.replies.taking import Answering, take_files
    from tocsin.answers.statements import Via, Who
    from tocsin.constituency.queries import one_organisation

    whose = Answering(
        one_organisation(name)["id"], Who(f"{getpass.getuser()}, for {name}"), Via.UPLOAD
    )
    taken = take_files([Handed(file.name, file.read_bytes())], whose, datetime.now(UTC))
    for one in taken.refused[:SHOWN]:
        say(f"{file.name}: {told(one, 'en')}", err=True)
    if len(taken.refused) > SHOWN:
        click.echo(f"… and {len(taken.refused) - SHOWN} more.", err=True)
    click.echo(
        f"{taken.taken} answers taken, {taken.unchanged} unchanged, {len(taken.refused)} refused."
    )
    effects = ", ".join(f"{count} {name}" for name, count in sorted(taken.effects.items()))
    if effects:
        click.echo(f"What they did: {effects}.")
    sys.exit(2 if taken.refused else 0)

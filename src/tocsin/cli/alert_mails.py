"""`tocsin alerts`: mails that come to us — read, bounces, mails, mail."""

import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.tables import show
from tocsin.database.setup import open_database

if TYPE_CHECKING:
    from tocsin.alerts.incoming import Became

as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")


@click.command("read")
@as_json
def read_command(machine: bool) -> None:
    """Read our mailbox now: mails that came back, and replies.

    The worker does this every five minutes. Exit status 1 when something could not be read.
    """
    open_database()
    from tocsin.alerts.mailbox import collect, place

    if not place():
        raise click.UsageError("No mailbox is set: TOCSIN_IMAP_HOST or TOCSIN_MAILDIR names it.")
    collected = collect(datetime.now(UTC))
    if machine:
        counts = {became.value: count for became, count in collected.counts.items()}
        click.echo(json.dumps({"mails": counts, "failures": collected.failures}))
    else:
        click.echo(_counted(collected.counts))
        for failure in collected.failures:
            click.echo(failure, err=True)
    if collected.failures:
        sys.exit(1)


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@as_json
def bounces(path: Path, machine: bool) -> None:
    """Take in mails that came back: an .eml file, a folder of them, or a maildir."""
    open_database()
    from tocsin.alerts.incoming import Became, mails, take

    counts = Counter(take(raw, datetime.now(UTC)) for _, raw in mails(path))
    if machine:
        click.echo(json.dumps({became.value: counts[became] for became in Became}))
    else:
        click.echo(_counted(counts))


@click.command("mails")
@click.option("--all", "everything", is_flag=True, help="Also those that are settled.")
@click.option("--most", default=50, show_default=True)
@as_json
def mails_command(everything: bool, most: int, machine: bool) -> None:
    """Show mails to us that a person has to look at, the latest first."""
    open_database()
    from tocsin.alerts.to_read import incoming_mails

    rows = [one._asdict() for one in incoming_mails(everything, most)]
    show(rows, machine, "No mail waits for a person.")


@click.command("mail")
@click.argument("number", type=int)
@click.option("--settle", is_flag=True, help="It is dealt with: list it no more.")
def mail_command(number: int, settle: bool) -> None:
    """Print a mail to us as it came, or settle it."""
    open_database()
    from tocsin.alerts import to_read

    if settle:
        to_read.settle(number, datetime.now(UTC))
        click.echo(f"mail {number} settled")
    else:
        click.echo(to_read.raw(number), nl=False)


def _counted(counts: "Counter[Became]") -> str:
    return ", ".join(f"{count} {became.value}" for became, count in counts.items()) or "no mails"


COMMANDS = (read_command, bounces, mails_command, mail_command)

"""`tocsin threats`: threats for other programs."""

import sys
from typing import TextIO

import click

from tocsin.database.setup import open_database


@click.group()
def threats() -> None:
    """Threats, for other programs."""


@threats.command()
@click.option(
    "--format", "form", type=click.Choice(["intelmq", "csv"]), default="intelmq", show_default=True
)
@click.option("--organisation", default="", help="Only this organisation's, by its name.")
@click.option("--all", "with_past", is_flag=True, help="Also those that are gone or lost.")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file.")
def export(form: str, organisation: str, with_past: bool, output: TextIO) -> None:
    """Write the current threats as IntelMQ's JSON lines, or as CSV."""
    open_database()
    from tocsin.threats import export as exporting

    rows = exporting.threats(organisation, with_past)
    write = exporting.write_intelmq if form == "intelmq" else exporting.write_csv
    count = write(rows, output)
    if sys.stderr.isatty():
        click.echo(f"{count} threats written.", err=True)

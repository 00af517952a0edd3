"""`tocsin organisations`: import, list, show."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tocsin.cli.counting import counting
from tocsin.cli.refusals import print_kept, print_refusals, refusals_json
from tocsin.cli.visible import say, visible
from tocsin.database.setup import open_database

as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
NOTES_SHOWN = 20
an_existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def organisations() -> None:
    """The members: internet providers, companies, public bodies."""


@organisations.command("import")
@click.argument("file", type=an_existing_file)
@as_json
def import_(file: Path, machine: bool) -> None:
    """Take a CSV whose first line names its columns: name, kind, region, sector, email.

    Known as well: security_email, owner_email, language, handle (registry handles), openpgp and
    smime (names of files with the certificates).  The same file again changes nothing.  Exit
    status 0 when every row was taken, 2 when some were refused.
    """
    open_database()
    from tocsin.constituency.import_organisations import import_organisations

    with counting("Reading organisations") as progress:
        done = import_organisations(file, datetime.now(UTC), progress)
    if machine:
        counts = {
            "added": done.added,
            "changed": done.changed,
            "unchanged": done.unchanged,
            "contacts": done.contacts,
            "notes": dict(done.notes),
        }
        click.echo(json.dumps(counts | refusals_json(done.refused), indent=2))
    else:
        print_refusals(done.refused, "tocsin organisations refused")
        for note, count in done.notes.most_common(NOTES_SHOWN):
            click.echo(f"{note} ({count} rows)", err=True)
        click.echo(
            f"{done.added} organisations added, {done.changed} changed,"
            f" {done.unchanged} unchanged; {done.contacts} addresses added."
        )
    sys.exit(2 if done.refused.total else 0)


@organisations.command()
@as_json
def refused(machine: bool) -> None:
    """What imports did not take, with file, line and reason; with --json one object a line.

    A row is kept until its list or register is imported again.
    """
    open_database()
    print_kept("organisations", machine=machine)


@organisations.command("list")
@as_json
def list_(machine: bool) -> None:
    """All organisations with their region, sector, and number of addresses and assets."""
    open_database()
    from tocsin.constituency.queries import all_organisations

    rows = all_organisations()
    if machine:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo("No organisations yet: tocsin organisations import FILE")
        return
    table = Table("Name", "Kind", "Region", "Sector", "Contacts", "Assets")
    for row in rows:
        table.add_row(
            *(Text(visible(str(row[name]))) for name in ("name", "kind", "region", "sector")),
            str(row["contacts"]),
            str(row["assets"]),
        )
    Console().print(table)


@organisations.command()
@click.argument("name")
@as_json
def show(name: str, machine: bool) -> None:
    """One organisation with its contacts and assets; NAME without regard to case."""
    open_database()
    from tocsin.constituency.queries import one_organisation

    row = one_organisation(name)
    if machine:
        click.echo(json.dumps(row, indent=2))
        return
    for key, value in row.items():
        if isinstance(value, list):
            click.echo(f"{key}:")
            for item in value:
                say(f"  {_line(item)}")
        else:
            say(f"{key}: {value}")


def _line(item: Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    first, *rest = (str(value) for value in item.values() if value)
    return f"{first}  ({', '.join(rest)})" if rest else first

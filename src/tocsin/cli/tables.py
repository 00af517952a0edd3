"""Rows on a terminal as a table, for machines as JSON."""

import json
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tocsin.cli.visible import visible

WIDE = 240


def show(rows: list[dict[str, Any]], machine: bool, empty: str) -> None:
    """Print the rows, all with the same names; `empty` is what to say when there are none."""
    if machine:
        click.echo(json.dumps(rows, default=str))
    elif not rows:
        click.echo(empty)
    else:
        table = Table(*(name.replace("_", " ") for name in rows[0]), box=None)
        for row in rows:
            table.add_row(*(_cell(value) for value in row.values()))
        console = Console()
        # Into a file or another program nothing is cut off.
        (console if console.is_terminal else Console(width=WIDE)).print(table)


def _cell(value: object) -> Text:
    """As it is: what looks like Rich's markup is text."""
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M}")
    return Text("" if value is None else visible(str(value)))

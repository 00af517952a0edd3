"""`tocsin status`: what is there."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from tocsin.cli.visible import visible
from tocsin.database.setup import open_database

if TYPE_CHECKING:
    from tocsin.intake.models import RefusedRow
    from tocsin.web.status import Status


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Show what came in, what was refused, the threats' states, and what went out."""
    open_database()
    from tocsin.web.status import refused_rows
    from tocsin.web.status import status as read

    found = read()
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, default=lambda value: value.isoformat()))
    else:
        _print(found, refused_rows())


def _print(found: "Status", refused: "list[RefusedRow]") -> None:
    console = Console()
    console.print(_numbers(found))
    if found.feeds:
        console.print(_feeds(found))
    if refused:
        console.print(f"\nThe latest of {found.refused} refused rows:")
        for row in refused:
            said = visible(f"{row.file}:{row.line}: {row.reason} {row.detail}")
            console.print(f"  {said}", markup=False)
    if found.refused_of_lists:
        console.print(
            f"\n{found.refused_of_lists} refused rows of lists: `tocsin assets refused` and"
            " `tocsin organisations refused` show them."
        )
    if found.deliveries.get("uncertain"):
        console.print(
            "\nUncertain: the mail server may have taken these mails just before a crash."
            "\nEach is sent again once, with the same Message-ID: `tocsin alerts list`."
        )


def _numbers(found: "Status") -> Table:
    table = Table(
        title=f"Tocsin at {found.home}", title_justify="left", show_header=False, box=None
    )
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    current = sum(
        found.threats[name] for name in found.threats if name not in ("gone", "lost", "dismissed")
    )
    rows = {
        "Reports": f"{found.reports}, with {found.rows} rows",
        "Observations": str(found.observations),
        "Refused rows": _counts(found.refused, found.refused_reasons),
        "Threats": _counts(sum(found.threats.values()), found.threats),
        "Current threats": f"{current}, of which nobody answers for {found.unattributed}",
        "Organisations": f"{found.organisations}, of which {found.organisations_alerted} alerted",
        "Deliveries": _counts(sum(found.deliveries.values()), found.deliveries),
    }
    if found.outbox:
        rows["Outbox"] = f"{found.mails} mails in {found.outbox} (no SMTP server is set)"
    if found.mailbox or found.mails_to_read:
        rows["Mails to us"] = _mails_to_us(found)
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _mails_to_us(found: "Status") -> str:
    waiting = f"{found.mails_to_read} wait for a person (`tocsin alerts mails`)"
    return f"{waiting}; NOT READ: {found.mailbox_trouble}" if found.mailbox_trouble else waiting


def _counts(whole: int, parts: dict[str, int]) -> str:
    named = ", ".join(f"{name} {count}" for name, count in parts.items() if count)
    return f"{whole} ({named})" if named else str(whole)


def _feeds(found: "Status") -> Table:
    table = Table(title="\nFeeds", title_justify="left", box=None, header_style="bold")
    table.add_column("feed")
    for name in ("reports", "observations", "refused"):
        table.add_column(name, justify="right")
    table.add_column("latest day")
    table.add_column("unhealthy days", justify="right")
    for feed in found.feeds:
        numbers = (feed.reports, feed.observations, feed.refused)
        table.add_row(feed.name, *map(str, numbers), str(feed.last_day), str(feed.unhealthy))
    return table

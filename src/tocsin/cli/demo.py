"""`tocsin demo`: a made-up country through the real pipeline."""

import json
import os
import shlex
import shutil
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.conf import settings
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tocsin.cli.progress import progress

if TYPE_CHECKING:
    from tocsin.demo.story import Story
    from tocsin.demo.summary import Numbers

HOST, PORT = "127.0.0.1", 8000
TIMELINE = "/api/v1/threats/ID/timeline"
ANALYST = "analyst@authority.example"
COLUMNS = ("Files", "Observations", "Refused", "New", "Reopened", "Gone")


@click.command()
@click.option("--serve/--no-serve", default=True, show_default=True, help="Serve the pages then.")
@click.option("--days", default=7, show_default=True, help="Days of reports.")
@click.option(
    "--rows",
    default=0,
    type=click.IntRange(0),
    help="About so many rows in all. Default: 30 000 threats' rows.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed, the same numbers.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
def demo(serve: bool, days: int, rows: int, seed: int, port: int, machine: bool) -> None:
    """Make a small country and run everything on it.

    Fifty fictional providers, a week of reports with about 30 000 threats, and the mails to those
    whose networks they are on, left as files in the outbox. Nothing leaves this machine.
    """
    from tocsin.database.setup import open_database
    from tocsin.demo.generate import THREATS, Plan, rows_to_threats
    from tocsin.web.server import check_free

    plan = Plan(seed=seed, days=days, threats=rows_to_threats(rows, days) if rows else THREATS)
    if serve:
        check_free(HOST, port)
    open_database()
    from tocsin.demo.accounts import open_doors
    from tocsin.demo.story import tell
    from tocsin.demo.summary import numbers

    with progress("Telling the demo's story") as say:
        story = tell(plan, say)
    open_doors(f"http://{HOST}:{port}", datetime.now(UTC))
    if machine:
        found = numbers()
        whole = {**asdict(found.whole), "days": [asdict(day) for day in found.days]}
        click.echo(json.dumps(whole, indent=2, default=lambda value: value.isoformat()))
    else:
        print_story(story, numbers(), port)
    if serve:
        _serve(port)


def _serve(port: int) -> None:
    from tocsin.demo.story import sign_in_links
    from tocsin.web.server import run

    for who, path in sign_in_links(datetime.now(UTC)).items():
        click.echo(f"Sign in as {who}:\n  http://{HOST}:{port}{path}", err=True)
    run(HOST, port, work=False)


def print_story(story: "Story", found: "Numbers", port: int = PORT) -> None:
    console = Console()
    if story.again:
        console.print("This story has been told before. Reading it all again changed nothing.\n")
    console.print(_table(found))
    console.print(_sentences(found), highlight=False, soft_wrap=True)
    console.print(_next_steps(found, port), highlight=False, soft_wrap=True)


def _table(found: "Numbers") -> Table:
    table = Table(
        "Reports of", title="What happened, day by day", title_justify="left", box=SIMPLE_HEAD
    )
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for day in found.days:
        cells = (day.files, day.observations, day.refused, day.new, day.reopened, day.gone)
        table.add_row(_date(day.day), *map(_number, cells))
    return table


def _sentences(found: "Numbers") -> str:
    whole = found.whole
    states = ", ".join(f"{_number(count)} {name}" for name, count in whole.threats.items() if count)
    reasons = ", ".join(f"{count} {reason}" for reason, count in whole.refused_reasons.items())
    outages = "".join(
        f"[bold]{_date(day.day)}:[/] nothing, or too little, came of {', '.join(day.unhealthy)}; "
        "so that day closes none of their threats.\n"
        for day in found.days
        if day.unhealthy
    )
    return f"""{outages}
[bold]{_number(sum(whole.threats.values()))} threats[/]: {states}.
Nobody answers for the addresses of {_number(whole.unattributed)} current ones.
[bold]{whole.organisations_alerted} of {whole.organisations} organisations[/] were written to: \
{_number(whole.mails)} mails in {whole.outbox}
[bold]{_number(whole.refused)} rows refused[/], on purpose ({reasons}); all others were taken."""


def _next_steps(found: "Numbers", port: int) -> str:
    tocsin, home = calling(), found.whole.home
    serve = f"{tocsin} serve" if port == PORT else f"{tocsin} serve --port {port}"
    return f"""
[bold]Next[/]
  Open a mail       any file in {found.whole.outbox}
  See the pages     {serve}
  Sign in there     with an e-mail address and its password from {home}/demo.json
  Its second step   {tocsin} people code {ANALYST}
  Use the API       curl -H "Authorization: Bearer $TOKEN" http://{HOST}:{port}{TIMELINE}
                    with an api_token and the example's id, both from demo.json
  See the numbers   {tocsin} status
  Ask who answers   {tocsin} assets lookup 100.70.0.9
  Try your own      TOCSIN_HOME=./my-data {calling(elsewhere=True)} ingest FILE…
  Start again       delete {home}
"""


def calling(*, elsewhere: bool = False) -> str:
    """What to type here to call this program again, on this home unless `elsewhere`."""
    called = Path(sys.argv[0])
    found = shutil.which("tocsin")
    on_path = found and called.exists() and called.samefile(found)
    word = "tocsin" if on_path else os.path.relpath(called)
    if called.name == "__main__.py":
        word = "python -m tocsin"
    home: Path = settings.TOCSIN_HOME
    if elsewhere or home == Path("tocsin-data").absolute():
        return word
    return f"TOCSIN_HOME={shlex.quote(str(home))} {word}"


def _date(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")

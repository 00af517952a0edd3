"""`tocsin alerts`: preview, send, release, resend, list, unanswered."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from tocsin.cli import alert_mails, alert_rules
from tocsin.cli.tables import show
from tocsin.database.setup import open_database

if TYPE_CHECKING:
    from tocsin.alerts.queries import Waiting
    from tocsin.alerts.rules import Digests

as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
for_one = click.option("--organisation", "name", default="", help="Only this organisation.")
at_once = click.option(
    "--now", "at_once", is_flag=True, help="Do not wait for the organisations' rhythm."
)


@click.group()
def alerts() -> None:
    """Tell organisations about their threats."""


for command in (*alert_rules.COMMANDS, *alert_mails.COMMANDS):
    alerts.add_command(command)


@alerts.command()
@for_one
@at_once
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write .eml here.")
@as_json
def preview(name: str, at_once: bool, out: Path | None, machine: bool) -> None:
    """Show what would be sent, changing nothing; also for organisations not yet released."""
    open_database()
    from tocsin.alerts.channels.mail.posts import file_name
    from tocsin.alerts.preview import as_mail, preview

    now = datetime.now(UTC)
    waiting = _waiting(now, name)
    told = []
    for content, recipient in preview(waiting, now, _digests(at_once)):
        row = {
            "organisation": content.organisation,
            "recipient": recipient,
            "threats": content.total,
            **{why: content.whys.get(why, 0) for why in ("new", "reopened", "reminder")},
            "critical": content.severities.get("critical", 0),
            "tlp": content.tlp,
        }
        if out:
            out.mkdir(parents=True, exist_ok=True)
            path = out / f"{file_name(content.ticket, content.organisation, 1)}.eml"
            path.write_bytes(as_mail(content, recipient))
            row["file"] = str(path)
        told.append(row)
    show(told, machine, "Nothing is due.")
    if told and not machine:
        _say_who_is_held(waiting)


@alerts.command()
@for_one
@at_once
@as_json
def send(name: str, at_once: bool, machine: bool) -> None:
    """Compose what is due, then deliver until nothing is left for now; receipts of answers too."""
    open_database()
    from tocsin.alerts.channels.mail.setup import post
    from tocsin.alerts.compose import compose_due, why_not
    from tocsin.alerts.deliveries import deliver_due
    from tocsin.alerts.replies.posting import send_receipts

    now = datetime.now(UTC)
    everybody = _waiting(now, name)
    ready = [one for one in everybody if not why_not(one)]
    with _progress("Composing", len(ready), machine) as done:
        composed = compose_due(ready, now, _digests(at_once), done)
    with _progress("Delivering", composed.alerts, machine) as done:
        ended = deliver_due(post(), lambda: datetime.now(UTC), done)
    send_receipts(post(), lambda: datetime.now(UTC))
    held = [one for one in everybody if why_not(one)]
    if machine:
        click.echo(json.dumps({**asdict(composed), "deliveries": dict(ended), "held": len(held)}))
        return
    click.echo(f"{composed.alerts} alerts with {composed.threats} threats composed.")
    for state, count in sorted(ended.items()):
        click.echo(f"{count} {state}")
    _say_who_is_held(held)


@alerts.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everybody", is_flag=True, help="Every organisation.")
@as_json
def release(names: tuple[str, ...], everybody: bool, machine: bool) -> None:
    """Let an organisation's first alert go.  Look at it with `preview` before."""
    if not names and not everybody:
        raise click.UsageError("Name organisations, or say --all.")
    open_database()
    from tocsin.alerts.analyst import release

    released = release(names, datetime.now(UTC), everybody)
    if machine:
        click.echo(json.dumps({"released": released}))
    else:
        click.echo(f"{len(released)} organisations released.")


@alerts.command()
@click.argument("ticket")
def resend(ticket: str) -> None:
    """Send an alert again that failed, bounced, is held, or may not have arrived."""
    open_database()
    from tocsin.alerts.analyst import resend
    from tocsin.alerts.channels.mail.setup import post
    from tocsin.alerts.deliveries import deliver_due

    delivery = resend(ticket, datetime.now(UTC))
    deliver_due(post(), lambda: datetime.now(UTC))
    delivery.refresh_from_db()
    click.echo(f"{ticket} to {delivery.recipient}: {delivery.state}")


@alerts.command("list")
@click.option(
    "--state",
    type=click.Choice(
        ["queued", "sending", "sent", "uncertain", "held", "failed", "bounced", "waiting"]
    ),
    default=None,
    help="Only these; waiting: those that an analyst must look at.",
)
@click.option("--most", default=50, show_default=True)
@as_json
def list_command(state: str | None, most: int, machine: bool) -> None:
    """Show the latest deliveries."""
    open_database()
    from tocsin.alerts.analyst import deliveries

    rows = [one._asdict() for one in deliveries(state or "", most)]
    show(rows, machine, "No deliveries.")


@alerts.command()
@as_json
def unanswered(machine: bool) -> None:
    """Show who needs a call: threats open through both reminders, by organisation."""
    open_database()
    from tocsin.alerts.queries import unanswered
    from tocsin.database.scope import staff_scope

    with staff_scope():
        rows = [one._asdict() for one in unanswered(datetime.now(UTC))]
    show(rows, machine, "Nobody: no threat stayed open through both reminders.")


def _waiting(now: datetime, name: str) -> "list[Waiting]":
    from tocsin.alerts.analyst import must_exist
    from tocsin.alerts.compose import waiting_now
    from tocsin.database.scope import staff_scope

    if name:
        with staff_scope():
            must_exist([name])
    return [one for one in waiting_now(now) if name in ("", one.name)]


def _digests(at_once: bool) -> "Digests":
    from tocsin.alerts.rules import Digests

    return Digests.AT_ONCE if at_once else Digests.DUE


def _say_who_is_held(held: "list[Waiting]") -> None:
    """Why organisations with threats were told nothing, and what to do about it."""
    from tocsin.alerts.compose import why_not

    reasons: dict[str, int] = {}
    for one in held:
        reason = why_not(one)
        if reason:
            reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        click.echo(f"{count} organisations wait: {reason}")


@contextmanager
def _progress(words: str, total: int, machine: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, nothing elsewhere."""
    with Progress(disable=machine or not sys.stderr.isatty(), console=Console(stderr=True)) as bar:
        task = bar.add_task(words, total=total or None)
        yield lambda count: bar.advance(task, count)

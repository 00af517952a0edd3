"""`tocsin alerts`: who is told what and when — mute, inhibit, lift, rules, rhythm."""

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from tocsin.cli.tables import show
from tocsin.database.setup import open_database

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEVERITIES = ("info", "low", "medium", "high", "critical")


def about(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which threats are meant."""
    for option in (
        click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Ends then, 00:00 UTC."),
        click.option("--prefix", default="", help="Only addresses in this prefix."),
        click.option("--feed", default="", help="Only what this feed reports."),
        click.option("--kind", default="", help="Only this kind of threat."),
    ):
        command = option(command)
    return command


def _subject(kind: str, feed: str, prefix: str, until: datetime | None) -> Any:
    from tocsin.alerts.wishes import Subject

    return Subject(kind, feed, prefix, until.replace(tzinfo=UTC) if until else None)


@click.command()
@click.option("--organisation", default="", help="Only this one; without it, everybody.")
@about
@click.option("--reason", required=True)
def inhibit(organisation: str, reason: str, **subject: Any) -> None:
    """Hold threats back, for instance because a feed reports falsely.

    They wait, and are told when the inhibition ends or is lifted.
    """
    open_database()
    from tocsin.alerts.wishes import inhibit

    number = inhibit(
        organisation, _subject(**subject), reason, getpass.getuser(), datetime.now(UTC)
    )
    click.echo(f"inhibition {number}")


@click.command()
@click.argument("organisation")
@about
@click.option("--class", "rsit_class", default="", help="Only this RSIT class.")
@click.option("--severity", default="", type=click.Choice(["", *SEVERITIES]), help="Only this.")
def mute(organisation: str, rsit_class: str, severity: str, **subject: Any) -> None:
    """Do not tell an organisation what it does not want to be told."""
    open_database()
    from tocsin.alerts.wishes import mute

    number = mute(organisation, _subject(**subject), rsit_class, severity)
    click.echo(f"mute {number}")


@click.command()
@click.argument("what", type=click.Choice(["mute", "inhibition"]))
@click.argument("number", type=int)
def lift(what: str, number: int) -> None:
    """End a mute or an inhibition."""
    open_database()
    from tocsin.alerts.wishes import lift

    lift(what, number)
    click.echo(f"{what} {number} lifted")


@click.command("rules")
@click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
def rules_command(machine: bool) -> None:
    """Show mutes and inhibitions."""
    open_database()
    from tocsin.alerts.wishes import rules

    show([rule._asdict() for rule in rules()], machine, "No mutes and no inhibitions.")


@click.command()
@click.argument("organisation")
@click.argument("rhythm", type=click.Choice(["daily", "weekly", "immediate"]))
@click.option("--weekday", type=click.Choice(DAYS), default="monday", show_default=True)
@click.option(
    "--immediate-from",
    type=click.Choice([*SEVERITIES, "never"]),
    default="critical",
    show_default=True,
    help="The severity from which news do not wait for the digest.",
)
def rhythm(organisation: str, rhythm: str, weekday: str, immediate_from: str) -> None:
    """Say when an organisation is written to.

    daily and weekly are digests; immediate is no digest, only what does not wait.
    """
    open_database()
    from tocsin.alerts.wishes import prefer

    prefer(organisation, rhythm, DAYS.index(weekday), immediate_from)
    click.echo(f"{organisation}: {rhythm}")


COMMANDS = (inhibit, mute, lift, rules_command, rhythm)

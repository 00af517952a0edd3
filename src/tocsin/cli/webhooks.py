"""`tocsin webhooks`: the authority's own, and with --organisation a member's."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from tocsin.cli.tables import show
from tocsin.database.setup import open_database

if TYPE_CHECKING:
    from tocsin.webhooks.models import Webhook

BY = "the command line"
as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
named = click.option("--organisation", "name", default="", help="Whose; default: the authority's.")
number = click.argument("number", type=click.UUID)


@click.group()
def webhooks() -> None:
    """Tell other programs, as it happens, of alerts and of what becomes of threats."""


@webhooks.command("list")
@named
@click.option("--all", "everybody", is_flag=True, help="The authority's and every member's.")
@as_json
def list_(name: str, everybody: bool, machine: bool) -> None:
    """Who is told of what, and whether that works."""
    open_database()
    from tocsin.webhooks.queries import every_webhook, webhooks

    found = every_webhook() if everybody else webhooks(_whose(name))
    show([_row(one) for one in found], machine, "No webhooks.")


@webhooks.command()
@click.argument("url")
@click.option("--event", "events", multiple=True, required=True, help="Give it for each event.")
@named
@click.option("--description", default="")
def add(url: str, events: tuple[str, ...], name: str, description: str) -> None:
    """Register an endpoint, and print its secret, which is never shown again."""
    open_database()
    from tocsin.webhooks.endpoints import add

    made, secret = add(_whose(name), url, events, BY, datetime.now(UTC), description)
    click.echo(f"{made.public_id}\t{made.url}\n{secret}")


@webhooks.command()
@number
def remove(number: UUID) -> None:
    """Remove a webhook and the record of its deliveries."""
    open_database()
    from tocsin.webhooks.endpoints import remove

    remove(_found(number).organisation_id, number, BY, datetime.now(UTC))
    click.echo(f"{number} is removed.")


@webhooks.command()
@number
@click.option("--on/--off", "enabled", default=True, show_default=True)
def switch(number: UUID, enabled: bool) -> None:
    """Switch a webhook on (again) or off."""
    open_database()
    from tocsin.webhooks.endpoints import Changes, change

    whose = _found(number).organisation_id
    change(whose, number, Changes(enabled=enabled), BY, datetime.now(UTC))
    click.echo(f"{number} is {'on' if enabled else 'off'}.")


@webhooks.command()
@number
def rotate(number: UUID) -> None:
    """Make a new secret, and print it; for a day the old one signs as well."""
    open_database()
    from tocsin.webhooks.endpoints import rotate

    _, secret = rotate(_found(number).organisation_id, number, BY, datetime.now(UTC))
    click.echo(secret)


@webhooks.command()
@number
def test(number: UUID) -> None:
    """Queue an event of type `test`; the worker sends it."""
    open_database()
    from tocsin.webhooks.actions import test

    event = test(_found(number), datetime.now(UTC))
    click.echo(f"{event.message_id} is queued. See: tocsin webhooks deliveries {number}")


@webhooks.command()
@number
@click.option("--event", type=click.UUID, help="This one event.")
@click.option("--since", type=click.DateTime(), help="All events since then (UTC).")
def replay(number: UUID, event: UUID | None, since: datetime | None) -> None:
    """Send events again, under the same webhook-id."""
    if (event is None) == (since is None):
        raise click.UsageError("Say --event or --since.")
    open_database()
    from tocsin.webhooks.actions import replay_event, replay_since

    webhook, now, count = _found(number), datetime.now(UTC), 1
    if event is not None:
        replay_event(webhook, event, now)
    elif since is not None:
        count = replay_since(webhook, since.replace(tzinfo=UTC), now)
    click.echo(f"{count} events are queued.")


@webhooks.command()
@number
@click.option("--state", default="", help="queued, sending, delivered or given-up.")
@click.option("--most", default=50, show_default=True)
@as_json
def deliveries(number: UUID, state: str, most: int, machine: bool) -> None:
    """Show the latest deliveries."""
    open_database()
    from tocsin.webhooks.queries import deliveries

    rows = [one._asdict() for one in deliveries(_found(number), most, state=state)]
    show(rows, machine, "No deliveries.")


def _whose(name: str) -> int | None:
    """The organisation's number; none for the authority."""
    if not name:
        return None
    from tocsin.constituency.models import Organisation
    from tocsin.database.scope import staff_scope
    from tocsin.errors import TocsinError

    with staff_scope():
        found = Organisation.objects.filter(name__iexact=name.strip()).first()
    if found is None:
        raise TocsinError(f"There is no organisation {name!r}.", "See: tocsin organisations list")
    return found.pk


def _found(number: UUID) -> "Webhook":
    from tocsin.webhooks.queries import anybodys

    return anybodys(number)


def _row(one: "Webhook") -> dict[str, object]:
    return {
        "number": str(one.public_id),
        "organisation": one.organisation.name if one.organisation else "",
        "url": one.url,
        "events": " ".join(one.events),
        "on": "yes" if one.enabled else f"no: {one.disabled_reason}",
        "failing_since": one.failing_since,
    }

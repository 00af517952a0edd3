"""`tocsin delegations`: threats passed on to an organisation's own customers — add, list, end."""

import getpass
from datetime import UTC, datetime

import click

from tocsin.cli.tables import show
from tocsin.database.setup import open_database


@click.group()
def delegations() -> None:
    """Parts of organisations' assets whose threats go to a customer's own contact."""


@delegations.command()
@click.argument("organisation")
@click.argument("asset")
@click.argument("email")
@click.option("--name", default="", help="Who that is, for instance the customer's name.")
@click.option("--language", default="en", show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Ends then, 00:00 UTC.")
def add(
    organisation: str, asset: str, email: str, name: str, language: str, until: datetime | None
) -> None:
    """Pass on what concerns a prefix, a domain or an @domain of the organisation's."""
    open_database()
    from tocsin.answers.actions import delegate
    from tocsin.answers.delegations import Contact
    from tocsin.constituency.queries import one_organisation

    made = delegate(
        one_organisation(organisation)["id"],
        asset,
        Contact(name or email, email, language),
        getpass.getuser(),
        datetime.now(UTC),
        until.replace(tzinfo=UTC) if until else None,
    )
    click.echo(f"delegation {made.pk}: {made.value} to {made.email}")


@delegations.command(name="list")
@click.option("--organisation", "name", default="", help="Only this one's.")
@click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
def list_command(name: str, machine: bool) -> None:
    """Show the delegations in force."""
    open_database()
    from tocsin.answers.delegations import delegations as read
    from tocsin.constituency.queries import one_organisation

    found = read(datetime.now(UTC), one_organisation(name)["id"] if name else None)
    rows = [
        {
            "number": one.pk,
            "organisation": one.organisation.name,
            "asset": one.value,
            "contact": one.name,
            "email": one.email,
            "language": one.language,
            "from": one.valid_from,
            "until": one.valid_to,
        }
        for one in found
    ]
    show(rows, machine, "Nothing is delegated.")


@delegations.command()
@click.argument("organisation")
@click.argument("number", type=int)
def end(organisation: str, number: int) -> None:
    """End a delegation: the organisation is told again itself."""
    open_database()
    from tocsin.answers.actions import end_delegation
    from tocsin.constituency.queries import one_organisation

    end_delegation(
        one_organisation(organisation)["id"], number, getpass.getuser(), datetime.now(UTC)
    )
    click.echo(f"delegation {number} has ended")

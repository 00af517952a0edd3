"""`tocsin people`: who may sign in."""

from datetime import UTC, datetime

import click

from tocsin.cli.visible import say
from tocsin.database.setup import open_database

ROLES = [
    "analyst", "case_officer", "authoriser", "protect_officer", "auditor",
    "owner", "abuse_desk", "reader",
]  # fmt: skip
ADMINISTRATOR = "administrator"  # as the audit log names whoever has a shell


@click.group()
def people() -> None:
    """Add and remove people, and make them sign-in links."""


@people.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--organisation", default="", help="Whose person, for owner, abuse_desk, reader.")
@click.option("--name", default="")
def add(email: str, role: str, organisation: str, name: str) -> None:
    """Add somebody."""
    open_database()
    from tocsin.access.actions import add_person
    from tocsin.access.models import Role

    person = add_person(email, Role(role), datetime.now(UTC), organisation, name)
    click.echo(f"{person.email} may sign in. A link: tocsin people link {person.email}")


@people.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a link that signs somebody in once, within half an hour."""
    open_database()
    from django.conf import settings

    from tocsin.access.actions import person_at
    from tocsin.access.links import make_sign_in_link

    token = make_sign_in_link(person_at(email), datetime.now(UTC))
    click.echo(f"{settings.TOCSIN_PUBLIC_URL}/sign-in/{token}/")


@people.command()
@click.argument("email")
def code(email: str) -> None:
    """Print the code with which somebody of the demo signs in now, as their app would."""
    open_database()
    from tocsin.access.factors import code_of
    from tocsin.demo.accounts import account_at

    click.echo(code_of(account_at(email)["totp_secret"], datetime.now(UTC)))


@people.command()
@click.argument("email")
def password(email: str) -> None:
    """Set somebody's password (asked for twice); they are signed out everywhere."""
    open_database()
    from tocsin.access.actions import person_at
    from tocsin.access.changes import change_password

    person = person_at(email)
    given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    change_password(person, given, ADMINISTRATOR, datetime.now(UTC))
    click.echo(f"{person.email} can sign in with it.")


@people.command(name="reset-factors")
@click.argument("email")
def reset_factors(email: str) -> None:
    """Take somebody's second factors away, who has lost them; they are signed out everywhere.

    First make sure, by another way than mail, that it is they who ask. Staff set up a new second
    factor when they next sign in.
    """
    open_database()
    from tocsin.access.actions import person_at
    from tocsin.access.changes import reset_factors

    person = person_at(email)
    reset_factors(person, ADMINISTRATOR, datetime.now(UTC))
    click.echo(f"{person.email} has no second factor any more, and is signed out everywhere.")


@people.command()
@click.argument("email")
def remove(email: str) -> None:
    """Take somebody's access away."""
    open_database()
    from tocsin.access.actions import remove_person

    remove_person(email)
    click.echo(f"{email} can no longer sign in.")


@people.command(name="list")
def list_() -> None:
    """Who there is."""
    open_database()
    from tocsin.access.models import Person
    from tocsin.database.scope import staff_scope

    with staff_scope():
        for person in Person.objects.select_related("organisation").order_by("email"):
            whose = person.organisation.name if person.organisation else ""
            say("\t".join([person.email, person.role, whose, person.name]).rstrip())


@people.command()
@click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
def dormant(machine: bool) -> None:
    """Who stays away, and when their access ends by itself.

    Members are told after 180 days without signing in or using the API, staff after 90; the access
    ends 30 days later.
    """
    open_database()
    from tocsin.access.activity import dormant as found
    from tocsin.cli.tables import show
    from tocsin.database.scope import staff_scope

    with staff_scope():
        rows = [
            {
                "email": one.person.email,
                "role": one.person.role,
                "organisation": one.person.organisation.name if one.person.organisation else "",
                "last_active": one.person.last_active,
                "closes": one.closes_at,
            }
            for one in found(datetime.now(UTC))
        ]
    show(rows, machine, "Nobody stays away.")

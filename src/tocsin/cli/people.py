"""`tocsin people`: who may sign in."""

from datetime import UTC, datetime

import click

from tocsin.database.setup import open_database

ROLES = [
    "analyst", "case_officer", "authoriser", "protect_officer", "auditor",
    "owner", "abuse_desk", "reader",
]  # fmt: skip


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
def password(email: str) -> None:
    """Set somebody's password (asked for twice)."""
    open_database()
    from tocsin.access.actions import person_at, set_password

    person = person_at(email)
    set_password(person, click.prompt("Password", hide_input=True, confirmation_prompt=True))
    click.echo(f"{person.email} can sign in with it.")


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
            click.echo("\t".join([person.email, person.role, whose, person.name]).rstrip())

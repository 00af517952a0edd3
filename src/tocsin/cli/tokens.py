"""`tocsin tokens`: what programs call the API with."""

from datetime import UTC, datetime, timedelta

import click

from tocsin.database.setup import open_database


@click.group()
def tokens() -> None:
    """Make, list and revoke API tokens."""


@tokens.command()
@click.argument("email")
@click.option("--name", default="", help="What it is for.")
@click.option(
    "--scope", "scopes", multiple=True, help="What it may do; by default all that the role may."
)
@click.option("--days", type=click.IntRange(1, 3650), help="For how long; by default for ever.")
def create(email: str, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a token for the person with that address, and print it: it is not shown again."""
    open_database()
    from tocsin.access.actions import person_at
    from tocsin.access.scopes import scopes_of
    from tocsin.access.tokens import make_token

    person, now = person_at(email), datetime.now(UTC)
    until = now + timedelta(days=days) if days else None
    token, row = make_token(person, name, scopes or scopes_of(person.role), now, until)
    click.echo(token)
    click.echo(f"Token {row.pk} may: {', '.join(row.scopes)}", err=True)


@tokens.command(name="list")
def list_() -> None:
    """All tokens, one a line: number, beginning, person, what it is for, scopes, last use, end."""
    open_database()
    from tocsin.access.models import ApiToken
    from tocsin.database.scope import staff_scope

    with staff_scope():
        for one in ApiToken.objects.select_related("person").order_by("pk"):
            used = f"used {one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never used"
            facts = [str(one.pk), f"{one.start}…", one.person.email, one.name]
            click.echo("\t".join([*facts, " ".join(one.scopes), used, _end(one)]))


@tokens.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End the token with that number, at once."""
    open_database()
    from tocsin.access.tokens import revoke as end

    end(number, datetime.now(UTC))
    click.echo(f"Token {number} is revoked.")


def _end(token: object) -> str:
    from tocsin.access.models import ApiToken

    assert isinstance(token, ApiToken)
    if token.revoked_at:
        return f"revoked {token.revoked_at:%Y-%m-%d %H:%M}"
    return f"until {token.expires_at:%Y-%m-%d %H:%M}" if token.expires_at else "without end"

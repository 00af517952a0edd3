"""`tocsin applications`: operators that want to join, and members that claim more."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from tocsin.cli.tables import show as show_table
from tocsin.cli.visible import say
from tocsin.database.setup import open_database
from tocsin.errors import TocsinError

as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
chosen = click.option(
    "--claim", "claims", multiple=True, help="Only this asset; may be given several times."
)
BY = "command line"


@click.group()
def applications() -> None:
    """Operators that want to join, and members that claim more."""


@applications.command("list")
@click.option("--decided", is_flag=True, help="Those that are settled, too.")
@as_json
def list_(decided: bool, machine: bool) -> None:
    """All that wait for a decision."""
    open_database()
    from tocsin.constituency.joining.queries import all_applications

    show_table(all_applications(decided=decided), machine, "No applications.")


@applications.command()
@click.argument("number", type=int)
@as_json
def show(number: int, machine: bool) -> None:
    """One application: what was proven, and what speaks against each claim."""
    found = _found(number)
    if machine:
        click.echo(json.dumps(found, default=str))
        return
    for name, value in found.items():
        if name != "claims":
            say(f"{name}: {value}")
    for claim in found["claims"]:
        say(f"{claim['asset']}  {claim['decision'] or 'not decided'} {claim['reason']}")
        for proof in claim["proofs"]:
            said = " ".join(filter(None, (proof["target"], proof["detail"])))
            say(f"  {proof['method']}: {proof['state']} {said}".rstrip())
        for words in claim["against"]:
            say(f"  against it: {words}")


@applications.command()
@click.argument("number", type=int)
@chosen
@click.option("--unproven", is_flag=True, help="Even what nothing proves: you checked it yourself.")
@click.option("--organisation", default="", help="The member that the applicant belongs to.")
def approve(number: int, claims: tuple[str, ...], unproven: bool, organisation: str) -> None:
    """Give the claimed assets to the applicant, who becomes a member and is invited."""
    wanted = _numbers(number, claims)
    from tocsin.access.membership import approve_application

    whose = approve_application(
        number, wanted, datetime.now(UTC), BY, unproven=unproven, organisation=organisation
    )
    click.echo(f"{whose.name} answers for them now. The applicant is told.")


@applications.command()
@click.argument("number", type=int)
@chosen
@click.option("--reason", required=True, help="The applicant is told.")
def decline(number: int, claims: tuple[str, ...], reason: str) -> None:
    """Say no, with a reason."""
    wanted = _numbers(number, claims)
    from tocsin.constituency.joining.decisions import decline as decline_

    decline_(number, wanted, reason, datetime.now(UTC), BY)
    click.echo("Declined. The applicant is told.")


def _found(number: int) -> dict[str, Any]:
    open_database()
    from tocsin.constituency.joining.queries import one_application

    return one_application(number, datetime.now(UTC))


def _numbers(number: int, assets: tuple[str, ...]) -> list[int] | None:
    """Of the claims named; None for all."""
    known = {claim["asset"]: claim["number"] for claim in _found(number)["claims"]}
    for asset in assets:
        if asset not in known:
            raise TocsinError(f"Application {number} does not claim {asset}.")
    return [known[asset] for asset in assets] or None

"""How commands tell what an import refused."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.visible import say

if TYPE_CHECKING:
    from tocsin.constituency.refusals import Refusals

SHOWN = 20


def refusals_json(refusals: "Refusals") -> dict[str, Any]:
    """All counts, and the first rows in full."""
    return {
        "refused": refusals.total,
        "refused_by_reason": dict(refusals.by_reason.most_common()),
        "refused_rows": [asdict(one) for one in refusals.first],
    }


def print_refusals(refusals: "Refusals", command: str) -> None:
    """The first rows and the counts, on standard error; `command` shows them all again."""
    for one in refusals.first[:SHOWN]:
        say(f"{one.file}:{one.line}: {one.reason}: {one.detail}", err=True)
    if refusals.total > SHOWN:
        click.echo(f"… and {refusals.total - SHOWN} more.", err=True)
    reasons = ", ".join(f"{count} {reason}" for reason, count in refusals.by_reason.most_common())
    if refusals.total:
        click.echo(
            f"{refusals.total} refused ({reasons}); the rest is in. They are kept: {command}",
            err=True,
        )


def print_kept(kind: str, *, machine: bool) -> None:
    """Every refused row that is kept of organisations or assets, one a line."""
    from tocsin.constituency.refused_entries import refused_entries

    for row in refused_entries(kind):
        if machine:
            click.echo(json.dumps(row))
        else:
            click.echo("{file}:{line}: {reason}: {detail}\t{text}".format(**row))

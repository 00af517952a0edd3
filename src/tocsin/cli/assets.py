"""`tocsin assets`: import, list, lookup."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.counting import counting
from tocsin.cli.refusals import print_kept, print_refusals, refusals_json
from tocsin.cli.visible import say
from tocsin.database.setup import open_database
from tocsin.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.constituency.import_assets import AssetImport
    from tocsin.constituency.lookup import Candidate, Lookup

as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
COUNTS = ("read", "opened", "changed", "closed", "unchanged", "created", "nameless", "notes")


@click.group()
def assets() -> None:
    """What organisations answer for: AS numbers, networks, domains, e-mail domains."""


@assets.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "csv", "delegated", "rpsl"]),
    default="auto",
    help="What the files are; by default told from their content.",
)
@click.option(
    "--registry",
    default="",
    help="The register that the files are all of: what it no longer has ends now. "
    "A CSV without it is your own list, which wins over registers and only adds.",
)
@click.option("--country", default="", help="Of a register, only this country (two letters).")
@click.option(
    "--create-organisations", is_flag=True, help="Make organisations of holders not yet known."
)
@click.option(
    "--accept-shrinkage", is_flag=True, help="Even if most of the register's entries end."
)
@as_json
def import_(files: tuple[Path, ...], form: str, machine: bool, **options: Any) -> None:
    """Take a CSV (organisation, asset, valid_from, valid_to), delegated-extended statistics of a
    regional registry, or an RPSL database dump; plain, gzip, bzip2 or xz.

    A register's holders count as an organisation when it lists their handle, or has one of their
    entries in your own list.  The same files again change nothing.  Current threats that nobody
    has been told of go to who answers for them now.  Exit status 0 when every row was taken, 2
    when some were refused.
    """
    open_database()
    from tocsin.constituency.import_assets import ImportOptions, import_assets
    from tocsin.threats.reattribution import attribute_again

    with counting("Reading assets") as progress:
        done = import_assets(
            files, datetime.now(UTC), ImportOptions(format=form, **options), progress
        )
    attributed = attribute_again(datetime.now(UTC))
    if machine:
        click.echo(json.dumps({**_import_json(done), "attributed": attributed}, indent=2))
    else:
        _print_import(done)
        if attributed:
            click.echo(f"{attributed} current threats went to who answers for them now.")
    sys.exit(2 if done.refused.total else 0)


def _import_json(done: "AssetImport") -> dict[str, Any]:
    return {
        "registry": done.registry,
        **{name: getattr(done, name) for name in COUNTS},
        "unlinked_holders": done.unlinked.holders,
        "unlinked_assets": done.unlinked.entries,
        "unlinked": [one._asdict() for one in done.unlinked.first],
        **refusals_json(done.refused),
    }


def _print_import(done: "AssetImport") -> None:
    print_refusals(done.refused, "tocsin assets refused")
    for note in done.notes:
        click.echo(note, err=True)
    of = f" of {done.registry}" if done.registry else ""
    click.echo(
        f"{done.opened} assets{of} added, {done.changed} changed, {done.closed} ended,"
        f" {done.unchanged} unchanged."
    )
    if done.created:
        click.echo(f"{done.created} organisations made.")
    if done.unlinked.holders:
        click.echo(
            f"{done.unlinked.entries} entries belong to {done.unlinked.holders} holders whom no"
            " organisation is linked to, first:"
        )
        for one in done.unlinked.first:
            say(f"  {one.handle}  {one.name}  ({one.assets})")
        click.echo(
            "Link a holder: put its handle into the organisation's column “handle” and import the"
            " organisations again, or put one of its networks into your own list;"
            " then import this again.  Or make organisations of all: --create-organisations."
        )
    if done.nameless:
        click.echo(f"{done.nameless} entries name no holder.")


@assets.command()
@as_json
def refused(machine: bool) -> None:
    """What imports did not take, with file, line and reason; with --json one object a line.

    A row is kept until its list or register is imported again.
    """
    open_database()
    print_kept("assets", machine=machine)


@assets.command("list")
@click.option("--organisation", default="", help="Only this organisation's.")
@click.option("--ended", is_flag=True, help="Those that have ended, too.")
@as_json
def list_(organisation: str, ended: bool, machine: bool) -> None:
    """All assets, one a line: organisation, asset, provenance, register, validity."""
    open_database()
    from tocsin.constituency.queries import all_assets

    for row in all_assets(datetime.now(UTC), organisation, ended=ended):
        click.echo(json.dumps(row) if machine else "\t".join(row.values()))


@assets.command()
@click.argument("address")
@click.option("--at", "when", default="", help="When; now by default. 2026-01-31 or ISO 8601.")
@click.option("--asn", default=0, help="The AS number reported with the address.")
@as_json
def lookup(address: str, when: str, asn: int, machine: bool) -> None:
    """Who was responsible then, and why, for ADDRESS: an address, network, domain, mail address
    or AS number."""
    at = _time(when)
    open_database()
    from tocsin.constituency.lookup import look_up

    found = look_up(address, at, asn)
    if machine:
        click.echo(json.dumps(asdict(found), indent=2, default=datetime.isoformat))
    else:
        _print_lookup(found)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError:
        raise TocsinError(
            f"“{text}” is not a time", "Write 2026-01-31 or 2026-01-31T12:00"
        ) from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _print_lookup(found: "Lookup") -> None:
    who = found.organisation or "nobody"
    say(f"{found.asked} at {found.at:%Y-%m-%d %H:%M} UTC: {who}")
    for one in found.candidates:
        mark = "→" if one.answers else " "
        say(f"{mark} {one.asset}  {one.organisation}  {_origin(one)}  {one.verdict}")
    if not found.candidates:
        click.echo("No asset covers it.")


def _origin(one: "Candidate") -> str:
    begin = f"{one.valid_from:%Y-%m-%d}" if one.valid_from else "always"
    end = f"{one.valid_to:%Y-%m-%d}" if one.valid_to else "today"
    return f"[{one.provenance}, {one.registry or one.source or 'entered'}, {begin} to {end}]"

"""`tocsin doctor`: what is wrong with an installation, and what to do about it."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime

import click
from django.conf import settings

from tocsin.cli.checks.finding import OK, PROBLEM, WARNING, Check, Finding, Place
from tocsin.database.home import MARK
from tocsin.errors import TocsinError
from tocsin.web import clock

SIGNS = {OK: "ok", WARNING: "warning", PROBLEM: "PROBLEM"}
COLOURS = {OK: "green", WARNING: "yellow", PROBLEM: "red"}

Named = tuple[str, Finding]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def doctor(as_json: bool) -> None:
    """Say what is wrong with this installation, and what to do.

    Changes nothing. Exit status 0 when there is no problem (warnings may be there), 1 otherwise.
    """
    findings = list(examine(Place(settings.TOCSIN_HOME, datetime.now(UTC), clock.now())))
    click.echo(_as_json(findings) if as_json else _as_text(findings))
    if any(finding.state == PROBLEM for _, finding in findings):
        sys.exit(1)


def examine(place: Place) -> Iterator[Named]:
    """Every check's finding; what stands on a broken thing is left out."""
    from tocsin.cli.checks import installation

    if not (place.home / MARK).exists():
        todo = "`tocsin demo` makes one to look at; any other command makes an empty one."
        yield "home", Finding(WARNING, f"There is no installation in {place.home} yet.", todo)
        return
    yield from _each(installation.CHECKS, place, scoped=False)
    yield from _with_database(place)


def _with_database(place: Place) -> Iterator[Named]:
    from tocsin.database.setup import open_database

    try:
        open_database(migrate=False)
    except TocsinError as error:
        yield "database", Finding(PROBLEM, str(error), error.hint)
        return
    from tocsin.cli.checks import database, mail, people, work

    yield from _each(database.CHECKS, place, scoped=False)
    schema = _one(database.migrations, place, scoped=False)
    yield schema
    if schema[1].state == OK:
        yield from _each(work.CHECKS + mail.CHECKS + people.CHECKS, place, scoped=True)


def _each(checks: Iterable[Check], place: Place, *, scoped: bool) -> Iterator[Named]:
    return (_one(check, place, scoped=scoped) for check in checks)


def _one(check: Check, place: Place, *, scoped: bool) -> Named:
    """A check that itself fails is a problem to tell, not the end of the examination."""
    from tocsin.database.scope import staff_scope

    name = check.__name__.replace("_", " ")
    try:
        with staff_scope() if scoped else nullcontext():
            return name, check(place)
    except TocsinError as error:
        return name, Finding(PROBLEM, str(error), error.hint)
    except Exception as error:
        what = f"This could not be looked at: {type(error).__name__}: {error}"
        return name, Finding(PROBLEM, what.strip(), "Repair the problems above, then look again.")


def _as_json(findings: list[Named]) -> str:
    states = [finding.state for _, finding in findings]
    rows = [{"check": name, **asdict(finding)} for name, finding in findings]
    counts = {"problems": states.count(PROBLEM), "warnings": states.count(WARNING)}
    return json.dumps({**counts, "findings": rows}, indent=1)


def _as_text(findings: list[Named]) -> str:
    """Problems last, where the eye is when a long answer has scrolled by."""
    order = (OK, WARNING, PROBLEM)
    lines = []
    for name, finding in sorted(findings, key=lambda named: order.index(named[1].state)):
        sign = click.style(f"{SIGNS[finding.state]:8}", fg=COLOURS[finding.state])
        lines.append(f"{sign} {name}: {finding.what}")
        if finding.todo:
            lines.append(f"{'':8} → {finding.todo}")
    states = [finding.state for _, finding in findings]
    lines.append(f"\n{states.count(PROBLEM)} problems, {states.count(WARNING)} warnings.")
    return "\n".join(lines)

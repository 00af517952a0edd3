"""The `tocsin` command: a thin door; each subcommand has a file of its own, loaded when called."""

import gc
import importlib
import os
import signal
import sys

import click

from tocsin import __version__
from tocsin.cli.troubles import in_words
from tocsin.errors import TocsinError

COMMANDS = {
    "alerts": "tocsin.cli.alerts:alerts",
    "answers": "tocsin.cli.answers:answers",
    "applications": "tocsin.cli.applications:applications",
    "assets": "tocsin.cli.assets:assets",
    "delegations": "tocsin.cli.delegations:delegations",
    "demo": "tocsin.cli.demo:demo",
    "disputes": "tocsin.cli.disputes:disputes",
    "doctor": "tocsin.cli.doctor:doctor",
    "fetch": "tocsin.cli.fetch:fetch",
    "ingest": "tocsin.cli.ingest:ingest",
    "organisations": "tocsin.cli.organisations:organisations",
    "people": "tocsin.cli.people:people",
    "serve": "tocsin.cli.serve:serve",
    "status": "tocsin.cli.status:status",
    "threats": "tocsin.cli.threats:threats",
    "webhooks": "tocsin.cli.webhooks:webhooks",
    "tokens": "tocsin.cli.tokens:tokens",
    "work": "tocsin.cli.work:work",
}
# New objects between two searches for cycles; with Python's own 700 they are a tenth of a start.
GARBAGE = 50_000


class Lazy(click.Group):
    """Loads a subcommand's file only when it is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tocsin")
def tocsin() -> None:
    """Two-way cyber-threat exchange between an authority and its country's network operators.

    Data lives in TOCSIN_HOME (default ./tocsin-data) and in a PostgreSQL that Tocsin runs itself,
    unless DATABASE_URL names a server.
    """


def main() -> None:
    """Exit status: 0 all well, 1 an error, 2 part of the input was refused (or wrong usage)."""
    gc.set_threshold(GARBAGE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    # NumPy's linear algebra, which nothing here uses, would start threads that spin for a while.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Ended by `kill` or a time limit, a command still leaves the database in order.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        tocsin()
    except Exception as error:
        told = error if isinstance(error, TocsinError) else in_words(error)
        if told is None:
            raise
        click.echo(f"tocsin: {told}", err=True)
        if told.hint:
            click.echo(f"  {told.hint}", err=True)
        sys.exit(1)

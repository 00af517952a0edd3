"""`tocsin work`: the worker."""

import click

from tocsin.database.setup import open_database


@click.command()
@click.option("--wait/--no-wait", default=True, help="Stay, or end when no job is left.")
@click.option(
    "--concurrency",
    default=2,
    show_default=True,
    type=click.IntRange(1),
    help="Jobs done at the same time.",
)
def work(wait: bool, concurrency: int) -> None:
    """Fetch on schedule, bring states up to date, compose and deliver alerts; until stopped.

    Any number of workers, on any number of machines, may work on one database.
    """
    open_database().watch()
    from tocsin import jobs

    jobs.work(wait=wait, concurrency=concurrency)

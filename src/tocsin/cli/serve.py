"""`tocsin serve`: the pages."""

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--work/--no-work",
    default=None,
    help="Run a worker for the jobs as well.  [default: with the embedded PostgreSQL]",
)
def serve(host: str, port: int, work: bool | None) -> None:
    """Serve the pages, until interrupted (Ctrl-C)."""
    from tocsin.web.server import run, wants_worker

    run(host, port, work=wants_worker() if work is None else work)

"""`tocsin serve`: the pages."""

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--work/--no-work", default=True, show_default=True, help="Run a worker for the jobs as well."
)
def serve(host: str, port: int, work: bool) -> None:
    """Serve the pages, until interrupted (Ctrl-C)."""
    from tocsin.web.server import run

    run(host, port, work=work)

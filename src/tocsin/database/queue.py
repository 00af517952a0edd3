"""Jobs by name, put into the queue in the caller's transaction: a rollback takes them with it."""


def later(job: str, **arguments: str | int) -> None:
    """Have a worker do the job; its arguments stand in the queue in clear, so no secrets."""
    from procrastinate.contrib.django import app

    app.configure_task(job).defer(**arguments)

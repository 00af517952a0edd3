"""One round of the worker: `TOCSIN_HOME=… python -m benchmarks.worker`.

Puts the job that looks for due sources into the queue, as its schedule does every minute, and does
all jobs that are there.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")
    from tocsin.database.setup import open_database

    open_database()
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    from tocsin import jobs

    job = app.configure_task("tocsin.threats.fetch", queue="feeds")
    with suppress(AlreadyEnqueued):  # that of a round that was killed before it began
        job.defer(timestamp=int(datetime.now(UTC).timestamp()))
    jobs.work(wait=False, concurrency=1)


if __name__ == "__main__":
    main()

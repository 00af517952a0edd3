"""Jobs that were put into the queue, done in the test's own process."""

import json
from inspect import unwrap
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

MINE = "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"


def waiting() -> list[tuple[str, dict[str, Any]]]:
    """Names and arguments, in order."""
    with connection.cursor() as cursor:
        cursor.execute(MINE)
        return [(name, _arguments(given)) for _, name, given in cursor.fetchall()]


def work() -> None:
    """Do what waits, and what that leads to."""
    while jobs := waiting():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        for name, given in jobs:
            do(app.tasks[name], **given)


def do(job: Any, **given: Any) -> None:
    """One job, in the test's transaction: it neither closes nor changes the connection."""
    unwrap(job.func)(**given)


def _arguments(given: Any) -> dict[str, Any]:
    return dict(json.loads(given) if isinstance(given, str) else given)

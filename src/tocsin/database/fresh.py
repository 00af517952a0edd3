"""Jobs run in threads that live long: each begins with a connection that works."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

Given = ParamSpec("Given")
Result = TypeVar("Result")


def fresh_connection(job: Callable[Given, Result]) -> Callable[Given, Result]:
    """Drop a connection that the server closed (a restart) before the job, and ours after it."""

    @wraps(job)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        close_old_connections()
        try:
            return job(*args, **kwargs)
        finally:
            close_old_connections()

    return run

"""What a page cost, told to the browser's tools: `Server-Timing` (W3C) with queries and time.

Off unless TOCSIN_SERVER_TIMING is set: how long an answer took is nobody else's business.
"""

from collections.abc import Callable
from contextlib import ExitStack
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]


class _Queries:
    """Counts and times the statements that a request makes."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        begun = perf_counter()
        try:
            return execute(*given)
        finally:
            self.count += 1
            self.seconds += perf_counter() - begun


class ServerTiming:
    """Adds the header; `sql;desc` is the number of statements, each `dur` is in milliseconds."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.TOCSIN_SERVER_TIMING:
            return self.get_response(request)
        queries, begun = _Queries(), perf_counter()
        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(queries))
            response = self.get_response(request)
        whole = (perf_counter() - begun) * 1000
        response.headers["Server-Timing"] = (
            f'sql;desc="{queries.count}";dur={queries.seconds * 1000:.1f}, app;dur={whole:.1f}'
        )
        return response

"""Every error of the API, as a problem detail (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:tocsin:problem:"

# What each type of problem is called, with its status.
TITLES: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be read."),
    "bad-cursor": (400, "The cursor is not one of this list's."),
    "unknown-parameter": (400, "The query has a parameter that this operation does not know."),
    "unauthorised": (401, "The token is missing, unknown or no longer valid."),
    "forbidden": (403, "This is not for you to do."),
    "not-found": (404, "There is nothing here, or it is not yours to see."),
    "method-not-allowed": (405, "This cannot be done to this address."),
    "not-acceptable": (406, "The answer does not come in a type that you accept."),
    "conflict": (409, "This contradicts what is there."),
    "key-in-use": (409, "Another request with this Idempotency-Key is still at work."),
    "length-required": (411, "The request has a body without a Content-Length."),
    "precondition-failed": (412, "It has changed since you read it."),
    "too-large": (413, "The request is too large."),
    "unsupported-media-type": (415, "The request's content type is not one that is read here."),
    "invalid": (422, "The request does not say what this operation needs."),
    "key-reused": (422, "The Idempotency-Key came with another request before."),
    "too-many-requests": (429, "Too many requests: wait, then go on more slowly."),
    "internal": (500, "The fault is ours and has been logged."),
    "unavailable": (503, "The database is busy or away. Try again."),
}
_BY_STATUS = {status: name for name, (status, _) in reversed(TITLES.items())}


class Problem(Exception):  # noqa: N818 (it is the word of RFC 9457)
    """Raised wherever a request cannot be done; its transaction is rolled back.

    `name`: a key of `TITLES`.  `more`: further members of the answer.
    """

    def __init__(
        self,
        name: str,
        detail: str = "",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail or name)
        self.name = name
        self.detail = detail
        self.headers = headers or {}
        self.more = more


def as_response(problem: Problem) -> HttpResponse:
    status, title = TITLES[problem.name]
    body = {"type": TYPES + problem.name, "title": title, "status": status}
    if problem.detail:
        body["detail"] = problem.detail
    content = json.dumps({**body, **problem.more}, ensure_ascii=False)
    headers = {"Cache-Control": "no-store", **problem.headers}
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=headers)


def of_status(status: int) -> Problem:
    """For an error that says no more than its status, such as Django's own."""
    if status in _BY_STATUS:
        return Problem(_BY_STATUS[status])
    return Problem("internal" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad-request")

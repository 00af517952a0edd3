"""The API: its resources, its errors, its document."""

import json
import logging
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from tocsin import __version__
from tocsin.errors import TocsinError
from tocsin.refused import RefusalError
from tocsin.web.api import (
    alerts,
    answers,
    assets,
    contacts,
    disputed,
    document,
    exports,
    lookup,
    organisation,
    staff,
    threats,
    timeline,
    token,
    webhooks,
)
from tocsin.web.api.problems import Problem, as_response, of_status

log = logging.getLogger(__name__)

ROUTERS = (
    token.router,
    threats.router,
    timeline.router,
    exports.router,
    answers.router,
    lookup.router,
    alerts.router,
    assets.router,
    contacts.router,
    organisation.router,
    staff.router,
    disputed.router,
    webhooks.router,
)


class Strict(Parser):
    """JSON as RFC 8259 has it: no NaN, no name twice."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_constant=_no, object_pairs_hook=_once)


class Api(NinjaAPI):
    """`get_openapi_schema` gives the whole document, as it is served."""

    def get_openapi_schema(self, **options: Any) -> Any:
        return document.completed(super().get_openapi_schema(**options), self)


def _no(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


api = Api(
    title="Tocsin",
    version=__version__,
    description=document.ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=Strict(),
)
for router in ROUTERS:
    api.add_router("", router)


@api.get("/openapi.json", auth=None, include_in_schema=False, url_name="openapi")
def openapi(request: HttpRequest) -> HttpResponse:
    """This document, for anybody."""
    return document.served(request, api)


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return as_response(error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"at": ".".join(str(part) for part in each["loc"]), "error": each["msg"]}
        for each in error.errors
    ]
    return as_response(Problem("invalid", errors=errors[:100]))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return as_response(of_status(error.status_code))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return as_response(Problem("not-found"))


@api.exception_handler(BadRequest)
@api.exception_handler(SuspiciousOperation)
def bad_request(request: HttpRequest, error: Exception) -> HttpResponse:
    return as_response(Problem("bad-request"))


@api.exception_handler(TocsinError)
def refused(request: HttpRequest, error: TocsinError) -> HttpResponse:
    """What an action says that cannot be."""
    return as_response(Problem("invalid", f"{error} {error.hint}".strip()))


@api.exception_handler(RefusalError)
def unreadable(request: HttpRequest, error: RefusalError) -> HttpResponse:
    return as_response(Problem("invalid", error.detail))


@api.exception_handler(OperationalError)
def unavailable(request: HttpRequest, error: OperationalError) -> HttpResponse:
    log.warning("The API could not reach the database: %s", error)
    return as_response(Problem("unavailable", headers={"Retry-After": "5"}))

"""Who comes in: token, speed, role and scope, and whether the request can be read at all.

The order never changes (401, 429, 403, 406, 415, 411, 413, 400), and nothing of it depends on
what the request asks for, so that a refusal says nothing about what exists.
"""

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from tocsin.access.models import Role
from tocsin.access.rate import Rate
from tocsin.access.scopes import Scope
from tocsin.access.throttle import too_many
from tocsin.access.tokens import Caller, caller_by
from tocsin.web.api.problems import Problem
from tocsin.web.attempts import caller as address_of

BAD_TOKENS, BAD_SPAN = 60, timedelta(minutes=1)  # by one caller's address
JSON = "application/json"
JSON_LIMIT = 1_000_000  # bytes
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Tocsin"'}
RATE = Rate(settings.TOCSIN_API_RATE)


class Call(HttpRequest):
    """A request that came in."""

    auth: Caller


def own(request: Call) -> int:
    """The number of the caller's organisation, where only members come in."""
    assert request.auth.organisation is not None
    return request.auth.organisation


@dataclass(frozen=True)
class Rule:
    """Who may ask (`scope` empty: any token), and what the request may look like.

    `takes`: content types of its body, none for a read; `gives`: of its answer; `most`: bytes.
    `query`: known parameters.
    """

    roles: frozenset[Role]
    scope: Scope | None = None
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = (JSON,)
    most: int = JSON_LIMIT
    query: frozenset[str] = frozenset()


class Token(HttpBearer):
    """The door of one operation."""

    openapi_bearerFormat = "tocsin_… (see the scopes of each operation)"  # noqa: N815

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule

    def __call__(self, request: HttpRequest) -> Caller:
        caller = _known(request)
        _slow_down(caller)
        if caller.role not in self.rule.roles:
            raise Problem("forbidden", "Your role may not do this.")
        if self.rule.scope and self.rule.scope not in caller.scopes:
            raise Problem("forbidden", f"The token needs the scope {self.rule.scope}.")
        _check_form(request, self.rule)
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        return caller_by(token, datetime.now(UTC))


def _known(request: HttpRequest) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    caller = caller_by(token.strip(), datetime.now(UTC)) if scheme.lower() == "bearer" else None
    if caller is not None:
        return caller
    bucket = f"token from {address_of(request)}"
    if token and too_many(bucket, BAD_TOKENS, BAD_SPAN, datetime.now(UTC)):
        raise Problem("too-many-requests", headers={"Retry-After": "60"})
    raise Problem("unauthorised", headers=CHALLENGE)


def _slow_down(caller: Caller) -> None:
    wait = RATE.wait(caller.token, time.monotonic())
    if wait:
        raise Problem("too-many-requests", headers={"Retry-After": str(math.ceil(wait))})


def _check_form(request: HttpRequest, rule: Rule) -> None:
    if not any(request.accepts(media) for media in rule.gives):
        raise Problem("not-acceptable", f"The answer is {' or '.join(rule.gives)}.")
    if rule.takes:
        _check_body(request, rule)
    unknown = [name for name in request.GET if name not in rule.query]
    if unknown:
        known = ", ".join(sorted(rule.query)) or "none"
        raise Problem("unknown-parameter", f"The parameters are: {known}.")


def _check_body(request: HttpRequest, rule: Rule) -> None:
    if request.content_type not in rule.takes:
        raise Problem("unsupported-media-type", f"Send {' or '.join(rule.takes)}.")
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():
        raise Problem("length-required")
    if int(length) > rule.most:
        raise Problem("too-large", f"The most is {rule.most} bytes.")
    # Read here, because `request.body` knows one limit for all.
    request._body = request.read()

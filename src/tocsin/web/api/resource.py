"""How an operation is declared: `Resource` is ninja's router that guards everything in it."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, get_args

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router
from ninja.params.models import Query
from pydantic import BaseModel

from tocsin.access.models import Role
from tocsin.access.regions import regions_of
from tocsin.access.scopes import Scope
from tocsin.access.tokens import Caller
from tocsin.database.scope import organisation_scope, region_scope, staff_scope
from tocsin.web.api import replies
from tocsin.web.api.door import JSON, JSON_LIMIT, Call, Rule, Token
from tocsin.web.api.replies import Reply

View = Callable[..., Reply | BaseModel | HttpResponseBase]
Made = Callable[..., HttpResponseBase]


class Resource(Router):
    """A part of the API.  Each operation names its roles and its scope, answers a model, a
    `Reply` or a streamed response, and runs inside the caller's database scope."""

    def __init__(self, tag: str) -> None:
        super().__init__(tags=[tag])

    def read(
        self,
        path: str,
        *,
        roles: Iterable[Role],
        scope: Scope | None = None,
        answer: Any = None,
        gives: tuple[str, ...] = (JSON,),
        **about: Any,
    ) -> Callable[[View], Made]:
        """A GET (and HEAD).  `answer`: the model of its JSON, for the document."""

        def declare(view: View) -> Made:
            rule = Rule(frozenset(roles), scope, gives=gives, query=_query(view, path))
            made = _reading(view)
            self.get(path, auth=Token(rule), response={200: answer}, **_about(view, about))(made)
            return made

        return declare

    def write(
        self,
        method: str,
        path: str,
        *,
        roles: Iterable[Role],
        scope: Scope,
        answer: Any = None,
        status: int = 200,
        takes: tuple[str, ...] = (JSON,),
        most: int = JSON_LIMIT,
        **about: Any,
    ) -> Callable[[View], Made]:
        """A POST, PATCH, PUT or DELETE, in one transaction, once per Idempotency-Key."""

        def declare(view: View) -> Made:
            body = () if method == "DELETE" else takes
            query = _query(view, path)
            rule = Rule(frozenset(roles), scope, body, most=most, query=query)
            made = _writing(view)
            self.api_operation(
                [method], path, auth=Token(rule), response={status: answer}, **_about(view, about)
            )(made)
            return made

        return declare


def scope_of(caller: Caller) -> Any:
    """The database scope of whoever calls; a streamed answer opens it anew."""
    if caller.organisation is not None:
        return organisation_scope(caller.organisation)
    if caller.role == Role.PROTECT_OFFICER:
        return region_scope(regions_of(caller.person))
    return staff_scope()


def _reading(view: View) -> Made:
    @wraps(view)
    def read(request: Call, **values: Any) -> HttpResponseBase:
        with scope_of(request.auth):
            answer = view(request, **values)
            if isinstance(answer, HttpResponseBase):
                return answer
            return replies.as_read(request, _reply(answer))

    return read


def _writing(view: View) -> Made:
    @wraps(view)
    def write(request: Call, **values: Any) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        with scope_of(request.auth):
            kept = replies.claim(request, key) if key is not None else None
            if isinstance(kept, HttpResponse):
                return kept
            answer = view(request, **values)
            assert not isinstance(answer, HttpResponseBase)
            reply = _reply(answer)
            response = replies.as_written(reply)
            if kept is not None:
                again = replace(reply, content=reply.kept) if reply.kept else reply
                replies.keep(kept, replies.as_written(again))
        return response

    return write


def _reply(answer: Reply | BaseModel) -> Reply:
    return answer if isinstance(answer, Reply) else Reply(answer)


def _query(view: View, path: str) -> frozenset[str]:
    """The names of a view's parameters that stand in the query."""
    found: set[str] = set()
    for name, parameter in inspect.signature(view).parameters.items():
        kind, *marks = get_args(parameter.annotation) or (parameter.annotation,)
        if name == "request" or f":{name}}}" in path:
            continue
        if not (inspect.isclass(kind) and issubclass(kind, BaseModel)):
            found.add(name)
        elif any(isinstance(mark, Query) for mark in marks):
            found |= {field.alias or each for each, field in kind.model_fields.items()}
    return frozenset(found)


def _about(view: View, about: dict[str, Any]) -> dict[str, Any]:
    name = view.__name__
    summary = name.replace("_", " ").capitalize()
    return {"operation_id": name, "summary": summary, "by_alias": True, **about}

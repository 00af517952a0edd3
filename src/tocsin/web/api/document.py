"""The OpenAPI document: what ninja derives from the operations, and what holds for all of them."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation

from tocsin.web.api.door import Rule, Token
from tocsin.web.api.problems import MEDIA_TYPE, TITLES, TYPES
from tocsin.web.api.replies import LONGEST_KEY, Reply, as_read

if TYPE_CHECKING:
    from tocsin.web.api.app import Api

ABOUT = """\
Threats, alerts and answers of this exchange, for programs.

Send `Authorization: Bearer tocsin_…`. Errors are problem details (RFC 9457). Lists come in pages:
follow `next` (or the header `Link`) until it is empty. Reads carry an `ETag`: send it back in
`If-None-Match`. Writes happen once per `Idempotency-Key`, for 24 hours."""

HEADERS = {
    "if-none-match": ("If-None-Match", "The `ETag` of what you have: 304 if it is still so."),
    "if-match": ("If-Match", "The `ETag` of what you mean to change: 412 if it changed."),
    "idempotency-key": (
        "Idempotency-Key",
        "Any text of your own, the same for each attempt of one write.",
    ),
}


def operations(api: "Api") -> dict[str, tuple[str, str, Operation]]:
    """Every guarded operation by its id: path, method."""
    found = {}
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                if isinstance(operation.auth_param, Token):
                    method = operation.methods[0]
                    found[str(operation.operation_id)] = (path, method, operation)
    return found


def rule_of(operation: Operation) -> Rule:
    """Who may ask for it."""
    assert isinstance(operation.auth_param, Token)
    return operation.auth_param.rule


def served(request: HttpRequest, api: "Api") -> HttpResponse:
    return as_read(request, Reply(_written(api)))


@cache
def _written(api: "Api") -> bytes:
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False).encode()


def completed(document: dict[str, Any], api: "Api") -> dict[str, Any]:
    """With every status that an operation can answer, its headers and who may ask."""
    rules = {name: rule_of(operation) for name, (_, _, operation) in operations(api).items()}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            _complete(described, rules[described["operationId"]], path, method)
    document["components"]["schemas"]["Problem"] = PROBLEM
    document["components"]["responses"] = {name: _problem(name) for name in dict.fromkeys(TITLES)}
    return document


def _complete(described: dict[str, Any], rule: Rule, path: str, method: str) -> None:
    scopes = [str(rule.scope)] if rule.scope else []
    described["security"] = [{"Token": scopes}]
    who = f"Roles: {', '.join(sorted(rule.roles))}. Scope: {rule.scope or 'any'}."
    described["description"] = f"{described.get('description', '')}\n\n{who}".strip()
    described["x-roles"] = sorted(rule.roles)
    answers = described["responses"]
    for status, described_answer in list(answers.items()):
        _media(described_answer, rule)
        answers[str(status)] = answers.pop(status)
    for header in _headers(rule, method, answers):
        described.setdefault("parameters", []).append(_header(header))
    for name in _problems(rule, path, method, bool(described.get("parameters"))):
        status = str(TITLES[name][0])
        answers.setdefault(status, {"$ref": f"#/components/responses/{name}"})
    if "requestBody" in described:
        content = described["requestBody"]["content"]
        first = next(iter(content.values()))
        described["requestBody"]["content"] = {
            media: content.get(media, first) for media in rule.takes
        }
    if method == "get" and "json" in rule.gives[0]:
        answers["304"] = {"description": "You have it already (If-None-Match)."}


def _media(answer: dict[str, Any], rule: Rule) -> None:
    """The types that the rule gives; text has no schema to speak of."""
    content = answer.get("content")
    if content and rule.gives != ("application/json",):
        answer["content"] = {
            media: content.get(media, {"schema": {"type": "string"}}) for media in rule.gives
        }
    elif not content and rule.gives != ("application/json",):
        answer["content"] = {media: {"schema": {"type": "string"}} for media in rule.gives}


def _headers(rule: Rule, method: str, answers: dict[str, Any]) -> list[str]:
    if method == "get":
        return ["if-none-match"] if "json" in rule.gives[0] else []
    return ["if-match", "idempotency-key"] if method in ("patch", "delete") else ["idempotency-key"]


def _header(key: str) -> dict[str, Any]:
    name, about = HEADERS[key]
    schema: dict[str, Any] = {"type": "string"}
    if key == "idempotency-key":
        schema |= {"minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"}
    return {"in": "header", "name": name, "required": False, "schema": schema, "description": about}


def _problems(rule: Rule, path: str, method: str, parameters: bool) -> list[str]:
    names = ["bad-request", "unauthorised", "forbidden", "not-acceptable", "too-many-requests"]
    names += ["internal", "unavailable"]
    if "{" in path:
        names.append("not-found")
    if parameters or rule.takes:
        names.append("invalid")
    if rule.takes:
        names += ["length-required", "too-large", "unsupported-media-type"]
    if method != "get":
        names.append("conflict")
    if method in ("patch", "delete"):
        names.append("precondition-failed")
    return names


def _problem(name: str) -> dict[str, Any]:
    status, title = TITLES[name]
    example = {"type": TYPES + name, "title": title, "status": status}
    schema = {"$ref": "#/components/schemas/Problem"}
    answer: dict[str, Any] = {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }
    if status in (429, 503):
        about = "In how many seconds to try again."
        answer["headers"] = {"Retry-After": {"description": about, "schema": {"type": "integer"}}}
    return answer


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem detail (RFC 9457).",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": f"`{TYPES}` and the problem's name."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do about it."},
        "errors": {
            "type": "array",
            "description": "Of 422: what is wrong where.",
            "items": {
                "type": "object",
                "properties": {"at": {"type": "string"}, "error": {"type": "string"}},
            },
        },
    },
}

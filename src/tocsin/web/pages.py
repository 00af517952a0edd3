"""Long lists, a page at a time, by the last row seen and not by counting (keyset)."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest

AFTER = "after"


@dataclass(frozen=True)
class Page:
    """Some rows; `next` is the address of the page after, empty on the last one; `start` that of
    the first one."""

    rows: list[Any]
    next: str
    first: bool
    start: str = ""


def page_of(request: HttpRequest, rows: QuerySet[Any], order: tuple[str, ...], size: int) -> Page:
    """The page that `?after=` asks for, ordered by `order` (`-` for descending); its last field
    must be unique."""
    names = [name.lstrip("-") for name in order]
    after = place_in(request, len(order))
    if after:
        rows = rows.filter(_beyond(order, after))
    found: list[Any] = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    found = found[:size]
    following = ""
    if more:
        last = [getattr(found[-1], name) for name in names]
        query = {**request.GET.dict(), AFTER: sealed(last)}
        following = f"{request.path}?{urlencode(query)}"
    return Page(found, following, after is None, _start(request))


def _start(request: HttpRequest) -> str:
    kept = {name: value for name, value in request.GET.items() if name != AFTER}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def sealed(place: list[Any]) -> str:
    """Where a page ended, as `?after=` has it."""
    return signing.dumps(json.dumps(place, default=str))


def place_in(request: HttpRequest, length: int) -> list[Any] | None:
    """Where the page before ended, if the address says so."""
    text = request.GET.get(AFTER)
    if not text:
        return None
    try:
        values: list[Any] = json.loads(signing.loads(text))
    except signing.BadSignature as error:
        raise BadRequest("not a page of ours") from error
    if len(values) != length:
        raise BadRequest("a page of another list")
    return values


def _beyond(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows after `values` in `order`: (a, b) > (x, y) is a > x, or a = x and b > y."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field, test = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{field}__{test}": value})
        equal &= Q(**{field: value})
    return condition

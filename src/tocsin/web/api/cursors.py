"""Where a page ended, as a signed text that only the same list takes back."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest

from tocsin.web.api.door import Call
from tocsin.web.api.problems import Problem
from tocsin.web.api.replies import Reply

SALT = "tocsin.web.api.cursors"


def cursor(request: Call, after: Any) -> str:
    """`after`: the last row's place in the order, as JSON takes it."""
    text: str = signing.Signer(salt=SALT).sign_object([_list(request), after])
    return text


def place(request: Call, text: str) -> Any:
    """What `cursor` was made of.  Raises the problem of a cursor that is altered, or of another
    list, filter or organisation."""
    try:
        whose, after = signing.Signer(salt=SALT).unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError):
        raise Problem("bad-cursor") from None
    if whose != _list(request):
        raise Problem("bad-cursor")
    return after


def links(request: HttpRequest, following: str | None) -> tuple[str | None, Mapping[str, str]]:
    """The address of the next page, and the same as a header (RFC 8288)."""
    if following is None:
        return None, {}
    query = [(name, each) for name in request.GET for each in request.GET.getlist(name)]
    query = [(name, value) for name, value in query if name != "cursor"]
    address = request.build_absolute_uri(
        f"{request.path}?{urlencode([*query, ('cursor', following)])}"
    )
    return address, {"Link": f'<{address}>; rel="next"'}


def body(request: Call, items: bytes, after: Any) -> Reply:
    """A page: `items` is a JSON array; `after`, none on the last page, where the next begins."""
    following = cursor(request, after) if after is not None else None
    address, headers = links(request, following)
    content = b'{"items":%b,"next":%b}' % (items, json.dumps(address).encode())
    return Reply(content, headers=headers)


def _list(request: Call) -> list[Any]:
    """The list that is read: its address, its filters (not its limit) and whose it is."""
    chosen = sorted(
        [name, *request.GET.getlist(name)]
        for name in request.GET
        if name not in ("cursor", "limit")
    )
    return [request.path, chosen, request.auth.organisation]

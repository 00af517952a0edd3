"""Pages on which a passkey is made or used."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tocsin.web.headers import let_run


def render_scripted(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that may run our script files, whoever looks at it."""
    let_run(request)
    return render(request, template, context, status=status)

"""Pages on which a passkey is made or used."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tocsin.web.headers import SCRIPT_POLICY


def render_scripted(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that may run our script files, which no other page may."""
    response = render(request, template, context, status=status)
    response.headers["Content-Security-Policy"] = SCRIPT_POLICY
    return response

"""Addresses of the same list without one of its filters."""

from django.http import HttpRequest


def without(request: HttpRequest, name: str) -> str:
    """From the list's beginning."""
    left = request.GET.copy()
    for each in (name, "after"):
        left.pop(each, None)
    return f"{request.path}?{left.urlencode()}"

"""Where a request comes from."""

from django.http import HttpRequest

LOOPBACK = {"127.0.0.1", "::1"}


def address_of(request: HttpRequest) -> str:
    """The address that asks; behind a web server on this machine, the one which that names."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return named if named and peer in LOOPBACK else peer

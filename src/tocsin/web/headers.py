"""What every answer tells the browser about what it may do."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# No script at all, nothing inline, nothing from elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# For whoever is signed in, and where a passkey is used: our own script files, which ask only us.
SCRIPT_POLICY = f"{POLICY}; script-src 'self'; connect-src 'self'"
# An alert's HTML as its reader sees it: inline style, no script, no request, an origin of its own.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HSTS = "max-age=31536000; includeSubDomains"


def let_run(request: HttpRequest) -> None:
    """This page has our scripts."""
    request.scripted = True  # type: ignore[attr-defined]


class SecurityHeaders:
    """Add the headers that a view has not set itself; private pages are not kept by anybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "scripted", False):
            response.headers.setdefault("Content-Security-Policy", SCRIPT_POLICY)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response

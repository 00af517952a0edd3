"""What holds for every address below /api/, whoever answers it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tocsin.web.api.problems import MEDIA_TYPE, as_response, of_status

PREFIX = "/api/"
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ApiFrame:
    """Middleware: errors are problems also where Django makes them (no such address, no such
    method, an unreadable request, a fault of ours), and HEAD is GET without its body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        only_head = request.method == "HEAD"
        if only_head:
            request.method = "GET"
        response = as_problem(self.get_response(request))
        return _without_body(response) if only_head else response


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """An error's answer in the API's form; any other as it is."""
    if response.status_code < 400 or response.headers.get("Content-Type") == MEDIA_TYPE:
        return response
    made = as_response(of_status(response.status_code))
    for name in KEPT:
        if name in response.headers:
            made.headers[name] = response.headers[name]
    if "GET" in made.headers.get("Allow", ""):
        made.headers["Allow"] += ", HEAD"
    return made


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    bare = HttpResponse(status=response.status_code, headers=dict(response.headers))
    bare._resource_closers = response._resource_closers  # type: ignore[attr-defined]
    if isinstance(response, HttpResponse):
        bare.headers["Content-Length"] = str(len(response.content))
    return bare

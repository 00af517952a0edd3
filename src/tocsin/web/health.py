"""Is the server there, and what it says when something is not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tocsin.web.gate import open_to_all


@open_to_all
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For load balancers: the process answers.  No data, no database."""
    return HttpResponse("ok\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _sorry(request, 400, _("Your browser sent something that this page cannot read."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _sorry(request, 403, _("This is not for you to do."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _sorry(
        request,
        404,
        _(
            "If you typed the address, check it; if you followed a link, "
            "what it led to may be gone or not yours to see."
        ),
    )


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _sorry(request, 403, _("The form was too old, or not ours. Go back and try again."))


def broken(request: HttpRequest) -> HttpResponse:
    """Made without asking who is signed in: it may be the database that is broken."""
    text = _("The fault is ours and has been logged. Try again later.")
    page = render_to_string("sorry.html", {"title": TITLES[500], "text": text})
    return HttpResponse(page, status=500)


TITLES = {
    400: gettext_lazy("That did not work"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Page not found"),
    500: gettext_lazy("Something is broken"),
}


def _sorry(request: HttpRequest, status: int, text: str) -> HttpResponse:
    return render(request, "sorry.html", {"title": TITLES[status], "text": text}, status=status)

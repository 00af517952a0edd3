"""The page that an invitation's link opens."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tocsin.access.invitations import accept, invitation_of
from tocsin.web.forms import given, tried
from tocsin.web.gate import open_to_all
from tocsin.web.limits import LINKS, SLOW_DOWN, too_often


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what one is invited to; POST accepts, with a name and a password."""
    now = datetime.now(UTC)
    if request.method == "POST" and too_often(request, "invitation", LINKS):
        return render(request, "invitation.html", {"problems": [str(SLOW_DOWN)]}, status=429)
    found = invitation_of(token, now)
    if found is None:
        return render(request, "invitation.html", {"stale": True}, status=400)
    context: dict[str, object] = {
        "invited": found,
        "given": request.POST,
    }
    if request.method != "POST":
        return render(request, "invitation.html", context)
    password = request.POST.get("password", "")[:1000]
    problems = tried(lambda: accept(token, given(request, "name"), password, now))
    context |= {"problems": problems, "done": not problems}
    return render(request, "invitation.html", context, status=400 if problems else 200)

"""The page that a contact's mail opens: is this address still right?"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tocsin.constituency.contacts import confirm_contact, contact_of, not_right
from tocsin.web.forms import given
from tocsin.web.gate import open_to_all
from tocsin.web.limits import LINKS, SLOW_DOWN, too_often


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST answers: mail scanners follow links, but press nothing."""
    if request.method == "POST" and too_often(request, "contact", LINKS):
        return render(request, "contact.html", {"problems": [str(SLOW_DOWN)]}, status=429)
    found = contact_of(token)
    if found is None:
        return render(request, "contact.html", {"stale": True}, status=400)
    context: dict[str, object] = {"contact": found}
    if request.method == "POST":
        yes = given(request, "do") == "yes"
        (confirm_contact if yes else not_right)(token, datetime.now(UTC))
        context |= {"done": True, "yes": yes}
    return render(request, "contact.html", context)

"""The pages for operators who are not members yet, and for whoever is asked about their claims.

They show nothing of who is a member: only the one application, or the claims, of the link.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tocsin.constituency.choices import regions, sectors
from tocsin.constituency.joining.applications import (
    KINDS,
    Wish,
    application_of,
    apply,
    confirm,
    shown_claims,
)
from tocsin.constituency.joining.proofs import LOOK, asked_about, deny, prove
from tocsin.database.queue import later
from tocsin.web.filters import kind_words
from tocsin.web.forms import given, tried
from tocsin.web.gate import open_to_all
from tocsin.web.limits import APPLICATIONS, LINKS, SLOW_DOWN, too_often

WRITING = require_http_methods(["GET", "HEAD", "POST"])


@open_to_all
@WRITING
def join(request: HttpRequest) -> HttpResponse:
    """Apply.  The answer is the same whoever is a member already."""
    problems: list[str] = []
    status = 200
    if request.method == "POST":
        wish = _wish(request)
        if too_often(request, "join", APPLICATIONS, wish.email):
            problems, status = [str(SLOW_DOWN)], 429
        else:
            problems = tried(lambda: apply(wish, datetime.now(UTC)))
            status = 400
        if not problems:
            return render(request, "join-sent.html", {"email": wish.email})
    context = {
        "problems": problems,
        "given": request.POST,
        "kinds": [(kind, kind_words(kind)) for kind in KINDS],
        "regions": [(one.code, one.name) for one in regions().choices.choices],
        "sectors": [(one.code, one.name) for one in sectors().choices],
    }
    return render(request, "join.html", context, status=status)


@open_to_all
@WRITING
def application(request: HttpRequest, token: str) -> HttpResponse:
    """The applicant's own page: confirm the address, then see each proof, and have DNS asked."""
    now = datetime.now(UTC)
    if request.method == "POST" and too_often(request, "application", LINKS):
        return render(request, "application.html", {"problems": [str(SLOW_DOWN)]}, status=429)
    found = application_of(token, now)
    if found is None:
        return render(request, "application.html", {"stale": True}, status=400)
    if request.method == "POST":
        if found.confirmed_at is None:
            confirm(token, now)
        else:
            later(LOOK, application=found.pk)
        return redirect(f"{request.path}?looking=1")
    context = {
        "application": found,
        "claims": shown_claims(found),
        "looking": "looking" in request.GET and found.confirmed_at is not None,
    }
    return render(request, "application.html", context)


@open_to_all
@WRITING
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever a registry or a domain names says whether the applicant answers for the claims."""
    now = datetime.now(UTC)
    if request.method == "POST" and too_often(request, "proof", LINKS):
        return render(request, "proof.html", {"problems": [str(SLOW_DOWN)]}, status=429)
    claims = asked_about(token, now)
    if not claims:
        return render(request, "proof.html", {"stale": True}, status=400)
    context: dict[str, object] = {"claims": claims, "application": claims[0].application}
    if request.method == "POST":
        yes = given(request, "do") == "yes"
        done = (prove if yes else deny)(token, now)
        context |= {"done": bool(done), "yes": yes, "before": not done}
    return render(request, "proof.html", context)


def _wish(request: HttpRequest) -> Wish:
    fields = ("name", "kind", "region", "sector", "email", "claims", "message")
    return Wish(**{name: given(request, name) for name in fields})

"""Who may see which page: every view names its roles here, and runs inside their scope."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tocsin.access.models import STAFF_ROLES, Person, Role, SignInSession
from tocsin.access.regions import regions_of
from tocsin.access.sessions import is_fresh
from tocsin.database.scope import organisation_scope, region_scope, staff_scope
from tocsin.web.language import speak

ANALYST = frozenset({Role.ANALYST})
PROTECT_OFFICER = frozenset({Role.PROTECT_OFFICER})
OFFICERS = PROTECT_OFFICER | ANALYST
STATISTICS = frozenset({Role.ANALYST, Role.PROTECT_OFFICER, Role.AUDITOR})
OVERSIGHT = frozenset({Role.AUDITOR})
STAFF = STAFF_ROLES
MEMBERS = frozenset({Role.OWNER, Role.ABUSE_DESK, Role.READER})
OWNER = frozenset({Role.OWNER})
DESK = frozenset({Role.OWNER, Role.ABUSE_DESK})
EVERYBODY = frozenset(Role)
ANYBODY: frozenset[Role] = frozenset()

READING = ("GET", "HEAD")
WRITING = (*READING, "POST")
WRITING = (*READING, "POST")
ACTING = ("POST",)
View = Callable[..., HttpResponseBase]


class SignedIn(HttpRequest):
    """A request of somebody known, in one of their sessions.  `regions`: a protect officer's; None
    for everybody else."""

    user: Person
    signed_in: SignInSession
    regions: frozenset[str] | None


def only(
    roles: frozenset[Role], methods: tuple[str, ...] = READING, *, unproven: bool = False
) -> Callable[[View], View]:
    """A page for these roles, which answers these methods.  The view runs inside the person's
    scope: row-level security shows it the authority's rows, of a protect officer's regions where
    they look after some, or those of their own organisation.

    Staff who have not shown a second factor are sent to set one up, from every page that is not
    there for that (`unproven`).
    """

    def guard(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = request.user
            if not isinstance(person, Person):
                return redirect_to_login(request.get_full_path())
            if not unproven and not proven(request):
                return redirect("second-factor")
            if person.role not in roles:
                return render(request, "refused-to-you.html", status=403)
            request.regions = _regions(person)  # type: ignore[attr-defined]
            with _scope_of(person, request.regions):  # type: ignore[attr-defined]
                if person.organisation_id is not None:
                    speak(person)
                return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        guarded.methods = methods  # type: ignore[attr-defined]
        guarded.unproven = unproven  # type: ignore[attr-defined]
        return guarded

    return guard


def _regions(person: Person) -> frozenset[str] | None:
    return regions_of(person.pk) if person.role == Role.PROTECT_OFFICER else None


def _scope_of(person: Person, regions: frozenset[str] | None) -> AbstractContextManager[None]:
    """What somebody may see: their own organisation, a protect officer's regions, or all."""
    if person.organisation_id is not None:
        return organisation_scope(person.organisation_id)
    return staff_scope() if regions is None else region_scope(regions)


def fresh(view: View) -> View:
    """A dangerous act, inside `only`: whoever has not proved who they are in the last ten minutes
    does so first.  They then come back to the page, and a form that they had sent they send again.
    """

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request.signed_in, datetime.now(UTC)):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method in READING else _page_before(request)
        return redirect(f"{reverse('confirm')}?{urlencode({'next': back})}")

    guarded.fresh = True  # type: ignore[attr-defined]
    return guarded


def fresh_to_write(view: View) -> View:
    """As `fresh`, for a page that anybody it is for may look at, and whose forms are dangerous."""
    asking = fresh(view)

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (view if request.method in READING else asking)(request, *args, **kwargs)

    return guarded


def proven(request: HttpRequest) -> bool:
    """Whether whoever is signed in may see pages: staff only with a second factor."""
    person = request.user
    if not isinstance(person, Person):
        return False
    signed_in: SignInSession | None = getattr(request, "signed_in", None)
    return not person.is_staff_member or bool(signed_in and signed_in.second_factor)


def open_to_all(view: View) -> View:
    """A page for strangers too: it shows nothing that row-level security guards."""
    view.roles = ANYBODY  # type: ignore[attr-defined]
    return view


def _page_before(request: HttpRequest) -> str:
    """The page whose form was sent, as the browser names it (our pages let it, to ourselves)."""
    return request.headers.get("Referer", "")

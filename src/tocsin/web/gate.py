"""Who may see which page: every view names its roles here, and runs inside their scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.access.models import STAFF_ROLES, Person, Role
from tocsin.database.scope import organisation_scope, staff_scope

ANALYST = frozenset({Role.ANALYST})
STATISTICS = frozenset({Role.ANALYST, Role.PROTECT_OFFICER, Role.AUDITOR})
STAFF = STAFF_ROLES
MEMBERS = frozenset({Role.OWNER, Role.ABUSE_DESK, Role.READER})
ANYBODY: frozenset[Role] = frozenset()

View = Callable[..., HttpResponseBase]


class SignedIn(HttpRequest):
    """A request of somebody known."""

    user: Person


def only(roles: frozenset[Role]) -> Callable[[View], View]:
    """A page (GET, HEAD) for these roles.  The view runs inside the person's scope: row-level
    security shows it the authority's rows, or those of the person's own organisation."""

    def guard(view: View) -> View:
        @require_safe
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = request.user
            if not isinstance(person, Person):
                return redirect_to_login(request.get_full_path())
            if person.role not in roles:
                return render(request, "refused-to-you.html", status=403)
            if person.organisation_id is None:
                with staff_scope():
                    return view(request, *args, **kwargs)
            with organisation_scope(person.organisation_id):
                return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return guard


def open_to_all(view: View) -> View:
    """A page for strangers too: it shows nothing that row-level security guards."""
    view.roles = ANYBODY  # type: ignore[attr-defined]
    return view

"""Who is signed in, as each request finds out: the cookie's session must still be one of ours."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from tocsin.access.changes import end_sessions
from tocsin.access.models import Person, SignInSession
from tocsin.access.sessions import begin_session, find_session
from tocsin.database.scope import staff_scope
from tocsin.web.attempts import caller

NUMBER = "sign_in_session"
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


class KnownSessions:
    """Make `request.user` nobody where the session was ended, and else note it as
    `request.signed_in`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        request.user = SimpleLazyObject(lambda: _known(request, user))  # type: ignore[assignment]
        return self.get_response(request)


def session_of(request: HttpRequest) -> SignInSession | None:
    """The session of whoever is signed in."""
    if not isinstance(request.user, Person):
        return None
    found: SignInSession | None = getattr(request, "signed_in", None)
    return found


def enter(request: HttpRequest, person: Person, *, second_factor: bool) -> None:
    """Sign the person in, in a session of their own; one that was open here ends."""
    leave(request)
    agent = request.headers.get("User-Agent", "")[:500]
    now, before = datetime.now(UTC), person.last_login
    with staff_scope():
        auth.login(request, person, backend=BACKEND)
        begun = begin_session(person, agent, caller(request), second_factor, now, before)
    request.session[NUMBER] = begun.pk
    request.signed_in = begun  # type: ignore[attr-defined]


def leave(request: HttpRequest) -> None:
    """Sign out whoever is signed in here."""
    session = session_of(request)
    if session is not None:
        who = f"person {session.person_id}"
        end_sessions(session.person_id, who, datetime.now(UTC), only=session.pk)
    auth.logout(request)


def _known(request: HttpRequest, user: object) -> Person | AnonymousUser:
    if not isinstance(user, Person):
        return AnonymousUser()
    number = request.session.get(NUMBER)
    found = find_session(number, user.pk, caller(request), datetime.now(UTC))
    if found is None:
        request.session.flush()
        return AnonymousUser()
    request.signed_in = found  # type: ignore[attr-defined]
    return user

"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest

from tocsin.access.models import Person, Role
from tocsin.notices.queries import unread
from tocsin.notices.rules import kinds_for
from tocsin.web import gate
from tocsin.web.clock import is_demo
from tocsin.web.everyone.guide import help_for
from tocsin.web.headers import let_run
from tocsin.web.home import ENTRIES
from tocsin.web.menu import menu_of
from tocsin.web.words import ROLES


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The authority's name, what the last act did, who is signed in, and their pages."""
    here = (request.resolver_match.url_name if request.resolver_match else "") or ""
    frame = {
        "authority": settings.TOCSIN_AUTHORITY,
        "demo": is_demo(),
        "here": here,
        "messages": get_messages(request),
    }
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return frame
    let_run(request)
    role = Role(person.role)
    menu, below = menu_of(role, here, ENTRIES) if gate.proven(request) else ([], [])
    return {
        **frame,
        "person": person,
        "role": ROLES[role],
        "menu": menu,
        "below": below,
        "has_notices": bool(kinds_for(role)),
        "help": help_for(here),
        "unread": lambda: unread(person),
    }

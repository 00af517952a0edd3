"""Passkeys between browser and `tocsin.access.passkeys`: what was asked is kept in the session,
for one answer and one use."""

from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

from tocsin.access import passkeys
from tocsin.access.models import Person
from tocsin.access.passkeys import Options, Site

KEY = "passkey"


class Use(StrEnum):
    """What a passkey is asked for; an answer to one is none to another."""

    SIGN_IN = "sign-in"
    SECOND = "second"
    CONFIRM = "confirm"
    NEW = "new"


def site(request: HttpRequest) -> Site:
    origin = f"{request.scheme}://{request.get_host()}"
    return Site(urlsplit(origin).hostname or "", origin)


def possible(request: HttpRequest) -> bool:
    """Browsers let a passkey be used on a named host only, not on an address."""
    try:
        ip_address(site(request).host)
    except ValueError:
        return True
    return False


def asked(request: HttpRequest, use: Use, person: Person | None) -> Options:
    """What the browser needs; the answer is awaited from now on."""
    if use is Use.NEW and person is not None:
        options, state = passkeys.ask_to_make(site(request), person)
    else:
        options, state = passkeys.ask_for_one(site(request), person.pk if person else None)
    request.session[KEY] = {"use": use, "state": state}
    return options


def answered(request: HttpRequest, use: Use, person: int | None = None) -> Person | None:
    """Whose passkey answered what was asked for this use."""
    state = awaited(request, use)
    if state is None:
        return None
    answer = request.POST.get("answer", "")[:10_000]
    return passkeys.use_passkey(site(request), state, answer, datetime.now(UTC), person)


def awaited(request: HttpRequest, use: Use) -> dict[str, Any] | None:
    """What was asked for this use, once."""
    kept = request.session.pop(KEY, None)
    return kept["state"] if kept and kept["use"] == use else None

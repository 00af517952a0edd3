"""Who can sign in to the demo: somebody in every role, with all that they need to, in `demo.json`.

Only the demo makes such accounts: anybody who can read the file can be any of them.
"""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from tocsin.access.actions import add_person, set_password
from tocsin.access.factors import enrol_totp, has_secret, new_secret
from tocsin.access.models import Person, Role
from tocsin.access.scopes import scopes_of
from tocsin.access.tokens import caller_by, make_token
from tocsin.database.locks import exclusive
from tocsin.database.scope import staff_scope
from tocsin.demo import plot
from tocsin.demo.country import Provider, country
from tocsin.demo.marker import add, said
from tocsin.demo.story import LOCK, PATIENCE
from tocsin.demo.week import example
from tocsin.errors import TocsinError

STAFF = (
    Role.ANALYST, Role.CASE_OFFICER, Role.AUTHORISER, Role.PROTECT_OFFICER, Role.AUDITOR,
)  # fmt: skip
MEMBERS = (Role.OWNER, Role.ABUSE_DESK, Role.READER)
MEMBERS_OF = (plot.BROADBAND, plot.CLOUDBERRY)  # the first has the example
NAMES = {Role.ABUSE_DESK: "desk"}
Entry = dict[str, Any]


def open_doors(url: str, now: datetime) -> None:
    """Write the address and the accounts into `demo.json`.

    What is there and works stays as it is; what does not, for instance because somebody changed
    it, works again.  Of two commands at once the second finds what the first has made.
    """
    with exclusive(settings.TOCSIN_HOME / LOCK, PATIENCE):
        _open_doors(url, now)


def _open_doors(url: str, now: datetime) -> None:
    before = {entry["email"]: entry for entry in entries(said(settings.TOCSIN_HOME))}
    staff = {role.value: _entry(role, None, before, now) for role in STAFF}
    members = {
        role.value: [_entry(role, country().providers[at], before, now) for at in MEMBERS_OF]
        for role in MEMBERS
    }
    add(settings.TOCSIN_HOME, {"url": url, "roles": staff | members, "example": _example()})


def entries(whole: Mapping[str, Any]) -> Iterator[Entry]:
    """Every account in what `demo.json` says."""
    for one in whole.get("roles", {}).values():
        yield from one if isinstance(one, list) else [one]


def account_at(email: str) -> Entry:
    """Raises `TocsinError` if the demo has no such account, or the home no demo."""
    for entry in entries(said(settings.TOCSIN_HOME)):
        if entry["email"] == email.strip().lower():
            return entry
    raise TocsinError(
        f"{email} is nobody of a demo's.",
        "demo.json names them; only the demo's people have their secrets there.",
    )


def _entry(
    role: Role, provider: Provider | None, before: Mapping[str, Entry], now: datetime
) -> Entry:
    name = NAMES.get(role, role.value.replace("_", "-"))
    email = f"{name}@{provider.domain if provider else 'authority.example'}"
    title = f"Demo {role.label}"
    person = add_person(email, role, now, provider.name if provider else "", title)
    known = before.get(email, {})
    return {
        "email": email,
        "password": _password(person, known.get("password", "")),
        "totp_secret": _secret(person, known.get("totp_secret", ""), now),
        "api_token": _token(person, known.get("api_token", ""), now),
        "organisation": provider.name if provider else None,
    }


def _password(person: Person, known: str) -> str:
    password = known or secrets.token_urlsafe(15)
    if not person.check_password(password):
        set_password(person, password)
    return password


def _secret(person: Person, known: str, now: datetime) -> str:
    secret = known or new_secret()
    if not has_secret(person.pk, secret):
        enrol_totp(person, secret, now)
    return secret


def _token(person: Person, known: str, now: datetime) -> str:
    caller = caller_by(known, now)
    if caller and caller.person == person.pk:
        return known
    return make_token(person, "demo.json", scopes_of(person.role), now)[0]


def _example() -> dict[str, str] | None:
    """A threat whose time line has everything, and whose it is."""
    with staff_scope():
        threat = example()
        if threat is None or threat.organisation is None:
            return None
        return {
            "threat": str(threat.key),
            "organisation": threat.organisation.name,
            "timeline": f"/api/v1/threats/{threat.key}/timeline",
        }

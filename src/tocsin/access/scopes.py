"""What an API token may be made for, and which role may hold what."""

from enum import StrEnum

from tocsin.access.models import STAFF_ROLES, Role


class Scope(StrEnum):
    """One part of the API; `:read` changes nothing."""

    THREATS_READ = "threats:read"
    ANSWERS_WRITE = "answers:write"
    ALERTS_READ = "alerts:read"
    ASSETS_READ = "assets:read"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_WRITE = "organisation:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    STAFF_READ = "staff:read"
    STAFF_WRITE = "staff:write"


_READER = {Scope.THREATS_READ, Scope.ALERTS_READ, Scope.ASSETS_READ, Scope.ORGANISATION_READ}
_DESK = _READER | {Scope.ANSWERS_WRITE, Scope.CONTACTS_READ}
_OWNER = _DESK | {
    Scope.CONTACTS_WRITE,
    Scope.ORGANISATION_WRITE,
    Scope.WEBHOOKS_READ,
    Scope.WEBHOOKS_WRITE,
}
_STAFF = {Scope.STAFF_READ}
_ANALYST = {
    Scope.THREATS_READ,
    Scope.ALERTS_READ,
    Scope.ASSETS_READ,
    Scope.WEBHOOKS_READ,
    Scope.WEBHOOKS_WRITE,
    Scope.STAFF_READ,
    Scope.STAFF_WRITE,
}
_HELD: dict[str, frozenset[Scope]] = {
    **{role: frozenset(_STAFF) for role in STAFF_ROLES},
    Role.ANALYST: frozenset(_ANALYST),
    Role.OWNER: frozenset(_OWNER),
    Role.ABUSE_DESK: frozenset(_DESK),
    Role.READER: frozenset(_READER),
}


def scopes_of(role: str) -> frozenset[Scope]:
    """All that somebody of that role may give a token."""
    return _HELD[role]

"""One-time sign-in links."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from tocsin.access.models import Person, SignInLink
from tocsin.database.scope import staff_scope

VALID_FOR = timedelta(minutes=30)


def make_sign_in_link(person: Person, now: datetime, valid_for: timedelta = VALID_FOR) -> str:
    """A new token (43 characters) that signs the person in once; only its digest is stored."""
    token = secrets.token_urlsafe(32)
    with staff_scope():
        SignInLink.objects.create(digest=_digest(token), person=person, expires_at=now + valid_for)
    return token


def use_sign_in_link(token: str, now: datetime) -> Person | None:
    """The person whose link it is, once; None if it is unknown, used or too old."""
    with staff_scope():
        used = SignInLink.objects.filter(
            digest=_digest(token),
            used_at=None,
            expires_at__gt=now,
            person__in=Person.objects.welcome(),
        ).update(used_at=now)
        if not used:
            return None
        return Person.objects.get(signinlink__digest=_digest(token))


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()

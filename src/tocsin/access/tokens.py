"""API tokens: `tocsin_`, 36 random letters and digits, and 6 that check the others.

The prefix lets secret scanners find a token that was published, the check tells a mistyped one
from a wrong one without asking the database.  Only the SHA-256 is stored: a token of 214 random
bits needs no slow hash.
"""

import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zlib import crc32

from django.db.models import Q

from tocsin.access.models import ApiToken, Person
from tocsin.access.scopes import scopes_of
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

PREFIX = "tocsin_"
LETTERS = string.digits + string.ascii_letters
SECRET, CHECK = 36, 6  # characters
USE_EVERY = timedelta(minutes=1)  # the last use is written no oftener


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the API: a person by one of their tokens; `organisation` is empty for staff."""

    token: int
    name: str
    person: int
    email: str
    role: str
    organisation: int | None
    scopes: frozenset[str]
    expires_at: datetime | None


def make_token(
    person: Person,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[str, ApiToken]:
    """A new token, to be shown once, and its row.

    Raises `TocsinError` for a scope that the person's role may not have, none, or an expiry that
    has passed.
    """
    wanted = frozenset(scopes)
    may = scopes_of(person.role)
    if not wanted or not wanted <= may:
        beyond = ", ".join(sorted(wanted - may)) or "nothing"
        raise TocsinError(
            f"A token of {person.email} cannot be for {beyond}.",
            f"It can be for: {', '.join(sorted(may))}",
        )
    if expires_at is not None and expires_at <= now:
        raise TocsinError(f"A token that expires on {expires_at:%Y-%m-%d %H:%M} is no use.")
    token = _new()
    with staff_scope():
        row = ApiToken.objects.create(
            digest=_digest(token),
            start=token[: len(PREFIX) + 4],
            name=name,
            person=person,
            organisation_id=person.organisation_id,
            scopes=sorted(wanted),
            created_at=now,
            expires_at=expires_at,
        )
    return token, row


def well_formed(text: str) -> bool:
    """Whether it could be a token of ours: prefix, length, letters, check."""
    body = text.removeprefix(PREFIX)
    fits = len(text) - len(body) == len(PREFIX) and len(body) == SECRET + CHECK
    return fits and body.isascii() and body.isalnum() and body[SECRET:] == _check(body[:SECRET])


def caller_by(text: str, now: datetime) -> Caller | None:
    """Who the token speaks for; None where it is unknown, revoked or expired, its person is not
    active, or their organisation is suspended.  Notes the use, at most once a minute."""
    if not well_formed(text):
        return None
    with staff_scope():
        tokens = ApiToken.objects.select_related("person", "organisation")
        row = tokens.filter(digest=_digest(text)).first()
        if row is None or not _valid(row, now):
            return None
        if row.last_used_at is None or row.last_used_at <= now - USE_EVERY:
            stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_EVERY)
            ApiToken.objects.filter(stale, pk=row.pk).update(last_used_at=now)
    return Caller(
        token=row.pk,
        name=row.name,
        person=row.person_id,
        email=row.person.email,
        role=row.person.role,
        organisation=row.person.organisation_id,
        scopes=frozenset(row.scopes) & scopes_of(row.person.role),
        expires_at=row.expires_at,
    )


def revoke(number: int, now: datetime, person: int | None = None) -> None:
    """End a token at once; `person`: only if it is theirs.  Raises `TocsinError` if there is none
    that could be ended."""
    with staff_scope():
        tokens = ApiToken.objects.filter(pk=number, revoked_at=None)
        if person is not None:
            tokens = tokens.filter(person=person)
        if not tokens.update(revoked_at=now):
            raise TocsinError(f"There is no token {number} to revoke.", "See: tocsin tokens list")


def _valid(row: ApiToken, now: datetime) -> bool:
    expired = row.expires_at is not None and row.expires_at <= now
    suspended = row.organisation is not None and row.organisation.suspended
    return row.revoked_at is None and not expired and row.person.is_active and not suspended


def _new() -> str:
    secret = "".join(secrets.choice(LETTERS) for _ in range(SECRET))
    return PREFIX + secret + _check(secret)


def _check(secret: str) -> str:
    number, digits = crc32(secret.encode()), ""
    for _ in range(CHECK):
        number, rest = divmod(number, len(LETTERS))
        digits = LETTERS[rest] + digits
    return digits


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()

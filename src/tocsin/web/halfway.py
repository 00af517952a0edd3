"""Between password and second factor: who it would be, kept in the browser's session."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from secrets import compare_digest

from django.http import HttpRequest

from tocsin.access.models import Person
from tocsin.database.scope import staff_scope

KEY = "halfway"
LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Halfway:
    """`began`: seconds from 1970; `password`: a digest of it, so that a change of it counts."""

    person: int
    target: str
    began: float
    password: str


def begin_halfway(request: HttpRequest, person: Person, target: str) -> None:
    """In a session of a new name: one that somebody else knows is of no use to them."""
    request.session.flush()
    half = Halfway(person.pk, target, datetime.now(UTC).timestamp(), person.get_session_auth_hash())
    request.session[KEY] = asdict(half)


def halfway(request: HttpRequest) -> tuple[Person, str] | None:
    """Who it would be and where they wanted to go; None when there is nobody, or not any more."""
    kept = request.session.get(KEY)
    if not kept:
        return None
    half = Halfway(**kept)
    if datetime.now(UTC).timestamp() - half.began > LASTS.total_seconds():
        return None
    with staff_scope():
        person = Person.objects.welcome().filter(pk=half.person).first()
    if person is None or not compare_digest(person.get_session_auth_hash(), half.password):
        return None
    return person, half.target

"""What changes how somebody signs in: each is noted, told to the person, and ends their other
sessions."""

from datetime import datetime

from tocsin.access.actions import set_password
from tocsin.access.jobs import tell_of_change
from tocsin.access.models import (
    AuthenticatorApp,
    Passkey,
    Person,
    RecoveryCode,
    SignInLink,
    SignInSession,
)
from tocsin.audit.models import Entry
from tocsin.database.scope import staff_scope


def change_password(
    person: Person, password: str, by: str, now: datetime, keep: int | None = None
) -> None:
    """Raises `TocsinError` for a password that is too short or too common."""
    with staff_scope():
        set_password(person, password)
        note_change(person, "password-changed", by, now, keep)


def reset_factors(person: Person, by: str, now: datetime) -> None:
    """Take all second factors away, for somebody who has lost them."""
    with staff_scope():
        for model in (AuthenticatorApp, Passkey, RecoveryCode):
            model.objects.filter(person=person).delete()
        note_change(person, "factors-reset", by, now)


def note_change(person: Person, what: str, by: str, now: datetime, keep: int | None = None) -> None:
    """In the caller's transaction; `keep`: the session in which the change was made."""
    with staff_scope():
        audited(what, person.pk, by, now)
        SignInLink.objects.filter(person=person, used_at=None).delete()
        end_sessions(person.pk, by, now, keep=keep)
        tell_of_change.defer(person=person.pk, what=what, at=now.isoformat())


def end_sessions(
    person: int, by: str, now: datetime, only: int | None = None, keep: int | None = None
) -> int:
    """End the person's sessions: `only` that one, or all but `keep`; how many there were."""
    with staff_scope():
        sessions = SignInSession.objects.filter(person_id=person).exclude(pk=keep or 0)
        if only is not None:
            sessions = sessions.filter(pk=only)
        ended, _ = sessions.delete()
        if ended:
            audited("sessions-ended", person, by, now, sessions=ended)
    return ended


def audited(what: str, person: int | None, by: str, now: datetime, **detail: object) -> None:
    """An audit entry on a person, who is named by number only."""
    subject = f"person {person}" if person else ""
    with staff_scope():
        found = Person.objects.filter(pk=person or 0)
        whose = found.values_list("organisation", flat=True).first()
        Entry.objects.create(
            at=now, actor=by, action=what, subject=subject, about=whose, detail=detail
        )

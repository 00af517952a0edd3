"""Writing the log."""

from datetime import datetime

from tocsin.audit.models import Entry
from tocsin.database.scope import staff_scope


def note(actor: str, action: str, subject: str, now: datetime, **detail: str | int) -> None:
    """Add a line, in the caller's transaction and whatever its scope.  No personal data: people
    are `person 7`, mail addresses stay out."""
    with staff_scope():
        Entry.objects.create(at=now, actor=actor, action=action, subject=subject, detail=detail)

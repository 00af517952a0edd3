"""Writing the log."""

from datetime import datetime

from tocsin.audit.models import Entry
from tocsin.database.scope import staff_scope


def note(
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    about: int | None = None,
    **detail: str | int,
) -> None:
    """Add a line, in the caller's transaction and whatever its scope.  No personal data: people
    are `person 7`, mail addresses stay out.

    `about`: the organisation whose data, people or duties it changes, by number; by default the
    one that `detail` names.
    """
    named = detail.get("organisation")
    whose = named if about is None and isinstance(named, int) else about
    with staff_scope():
        Entry.objects.create(
            at=now, actor=actor, action=action, subject=subject, about=whose, detail=detail
        )

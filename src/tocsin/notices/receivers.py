"""Notices of what happens in rooms that this one builds on."""

from datetime import datetime
from typing import Any

from tocsin.constituency import happenings
from tocsin.constituency.models import Application
from tocsin.notices import announcements


def connect() -> None:
    happenings.contacts_doubted.connect(_contacts_doubted, dispatch_uid="notices")
    happenings.application_came.connect(_application_came, dispatch_uid="notices")
    happenings.claims_decided.connect(_claims_decided, dispatch_uid="notices")


def _contacts_doubted(
    sender: object, contacts: list[tuple[int, int]], why: str, now: datetime, **_: Any
) -> None:
    announcements.contacts_doubted(contacts, why, now)


def _application_came(sender: object, application: Application, now: datetime, **_: Any) -> None:
    announcements.application_came(
        application.pk, application.name, now, member=application.organisation_id is not None
    )


def _claims_decided(
    sender: object,
    application: Application,
    now: datetime,
    approved: int = 0,
    declined: int = 0,
    **_: Any,
) -> None:
    """An applicant who is no member is mailed the decision, and nothing else."""
    if application.organisation_id is not None:
        announcements.claims_decided(
            application.organisation_id, application.pk, now, approved=approved, declined=declined
        )

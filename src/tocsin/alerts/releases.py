"""Organisations whose very first alert waits for an analyst."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from tocsin.alerts.compose import rounds_of
from tocsin.alerts.content import AlertContent
from tocsin.alerts.gather import gather
from tocsin.alerts.recipients import first_contacts
from tocsin.alerts.rules import Digests
from tocsin.constituency.models import Organisation

HELD = (Path(__file__).parent / "sql" / "held.sql").read_text()
MOST = 60  # threats that a preview looks at


class HeldOrganisation(NamedTuple):
    """`new`: how many threats were new to it so far; `since`: the first day that any was."""

    id: int
    name: str
    region: str
    contact: str | None
    new: int
    since: datetime


def held_organisations(after: str = "", most: int = 50) -> list[HeldOrganisation]:
    """By name, those after `after`; nothing where first alerts are not held at all.

    In the caller's scope, the authority's.
    """
    if not settings.TOCSIN_FIRST_SEND_HOLD:
        return []
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"after": after, "most": most})
        return [HeldOrganisation(*row) for row in cursor.fetchall()]


def first_alert(organisation: Organisation, now: datetime) -> tuple[AlertContent, str] | None:
    """What it would be told now, and at which address; of very many threats the first `MOST`.

    In the caller's scope, the authority's.
    """
    rounds = rounds_of([organisation.pk], now, Digests.AT_ONCE)
    for told in gather(settings.TOCSIN_HOME, rounds, now, False, MOST):
        if told.delegation:
            return told.content, told.delegation.email
        contact = first_contacts([organisation.pk]).get(organisation.pk)
        return told.content, contact.email if contact else ""
    return None

"""Mails to us that a person has to look at: answers, and bounces that name no mail of ours."""

from datetime import datetime
from typing import NamedTuple

from tocsin.alerts.analyst import UnknownNameError
from tocsin.alerts.freezing import unpacked
from tocsin.alerts.models import IncomingMail
from tocsin.database.scope import staff_scope


class Letter(NamedTuple):
    """One of them as the list shows it; `ticket` is empty where no alert could be found."""

    number: int
    at: datetime
    became: str
    sender: str
    subject: str
    ticket: str
    organisation: str
    detail: str
    settled_at: datetime | None


def incoming_mails(everything: bool = False, most: int = 50) -> list[Letter]:
    """The latest first; with `everything` also those that are settled."""
    with staff_scope():
        found = IncomingMail.objects.select_related("delivery__alert", "delivery__organisation")
        found = found.defer("mail", "delivery__alert__csv", "delivery__alert__content")
        if not everything:
            found = found.filter(settled_at=None)
        return [_letter(one) for one in found.order_by("-pk")[:most]]


def _letter(one: IncomingMail) -> Letter:
    sent = one.delivery
    return Letter(
        one.pk,
        one.at,
        one.became,
        one.sender,
        one.subject,
        sent.alert.ticket if sent else "",
        sent.organisation.name if sent else "",
        one.detail,
        one.settled_at,
    )


def waiting_mails() -> int:
    """How many wait for a person."""
    with staff_scope():
        return IncomingMail.objects.filter(settled_at=None).count()


def raw(number: int) -> bytes:
    """The mail as it came.  Raises `UnknownNameError` where it is not kept (any more)."""
    with staff_scope():
        found = IncomingMail.objects.filter(pk=number).first()
    if found is None or not found.mail:
        raise UnknownNameError(f"There is no mail {number}, or it is not kept any more.")
    return unpacked(found.mail)


def settle(number: int, now: datetime) -> None:
    with staff_scope():
        settled = IncomingMail.objects.filter(pk=number, settled_at=None).update(settled_at=now)
    if not settled:
        raise UnknownNameError(
            f"No mail {number} waits.", "`tocsin alerts mails` shows those that do."
        )

"""What an analyst decides about alerts, and what waits for such a decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from tocsin.alerts.deliveries import defer_delivery
from tocsin.alerts.models import Delivery
from tocsin.alerts.outcomes import noted
from tocsin.alerts.recipients import first_contacts
from tocsin.audit.log import note
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError

OPERATOR = "operator"  # who has the command line


class UnknownNameError(TocsinError):
    """No such organisation, ticket or delivery."""


def release(
    names: Sequence[str], now: datetime, everybody: bool = False, by: str = ""
) -> list[str]:
    """Let the first alert of these organisations go; the names of those newly released.

    `by`: who, for the log (`person 7`).
    """
    with staff_scope():
        held = Organisation.objects.filter(released_at=None)
        if not everybody:
            must_exist(names)
            held = held.filter(name__in=names)
        released = list(held.order_by("name").values_list("pk", "name"))
        held.update(released_at=now)
        for number, _ in released:
            note(
                by or OPERATOR, "first alert released", f"organisation {number}", now, about=number
            )
    return [name for _, name in released]


def must_exist(names: Sequence[str]) -> None:
    """Within a scope.  Raises `UnknownNameError` with the first name that is not known."""
    known = set(Organisation.objects.filter(name__in=names).values_list("name", flat=True))
    missing = sorted(set(names) - known)
    if missing:
        raise UnknownNameError(
            f"No organisation is called {missing[0]!r}.",
            "`tocsin organisations list` shows their names.",
        )


def resend(ticket: str, now: datetime, by: str = "") -> Delivery:
    """Queue the alert's last delivery again, under its Message-ID, to the contact as it is now.

    For deliveries that wait for an analyst: uncertain twice, held, failed or bounced.
    """
    with staff_scope():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .filter(alert__ticket=ticket)
            .order_by("-number")
            .first()
        )
        if delivery is None:
            raise UnknownNameError(f"No alert has the ticket {ticket}.")
        if delivery.state in ("queued", "sending", "sent"):
            raise TocsinError(
                f"{ticket} is {delivery.state}: nothing to send again.",
                "`tocsin alerts list` shows what waits for a decision.",
            )
        contact = first_contacts([delivery.organisation_id]).get(delivery.organisation_id)
        if contact is None:
            raise TocsinError(
                f"{ticket} has no recipient: every contact's mail has bounced.",
                "Enter a contact that works first.",
            )
        delivery.contact, delivery.recipient = contact, contact.email
        delivery.state = "uncertain" if delivery.uncertainties else "queued"
        delivery.next_attempt_at, delivery.attempts = now, 0
        delivery.save()
        noted(delivery, "resent", f"by an analyst, to {contact.email}", now)
        note(by or OPERATOR, "alert sent again", ticket, now, about=delivery.organisation_id)
        defer_delivery()
    return delivery


def for_analysts(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those that nothing will happen to by itself, the last of their alert."""
    later = Delivery.objects.filter(
        alert=OuterRef("alert"), channel=OuterRef("channel"), number__gt=OuterRef("number")
    )
    return rows.filter(
        Q(state__in=("failed", "bounced", "held")) | Q(state="uncertain", next_attempt_at=None)
    ).exclude(Exists(later))


class Told(NamedTuple):
    """One delivery as the list shows it."""

    ticket: str
    organisation: str
    recipient: str
    state: str
    threats: int
    composed_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None
    reason: str


def deliveries(state: str = "", most: int = 100) -> list[Told]:
    """The latest deliveries, or those in one state."""
    with staff_scope():
        rows = Delivery.objects.select_related("alert", "organisation").order_by("-pk")
        if state == "waiting":
            rows = for_analysts(rows)
        elif state:
            rows = rows.filter(state=state)
        return [
            Told(
                one.alert.ticket,
                one.organisation.name,
                one.recipient,
                one.state,
                one.alert.threats,
                one.alert.composed_at,
                one.sent_at,
                one.next_attempt_at,
                one.reason,
            )
            for one in rows[:most]
        ]

"""What becomes of a delivery: each function records one step, within the caller's transaction."""

from datetime import datetime, timedelta

from django.conf import settings

from tocsin.alerts.channels.mail.message import new_message_id
from tocsin.alerts.channels.mail.posts import Outcome, Result
from tocsin.alerts.channels.mail.setup import sender
from tocsin.alerts.models import Delivery, DeliveryAttempt
from tocsin.alerts.recipients import fallback_contact
from tocsin.alerts.rules import RETRY_HELD, RETRY_UNREACHABLE, resend_at, retry_at
from tocsin.notices import announcements as notices


def started(delivery: Delivery, now: datetime) -> None:
    """Committed before the server hears of it: from now on a crash leaves it uncertain."""
    _set(delivery, "sending", now, "started", delivery.reason, next_attempt_at=None)


def recorded(delivery: Delivery, result: Result, now: datetime) -> None:
    delivery.attempts += result.outcome is not Outcome.UNREACHABLE
    match result.outcome:
        case Outcome.UNREACHABLE:
            _waits(delivery, result.detail, now + RETRY_UNREACHABLE, now)
        case Outcome.ACCEPTED:
            _set(delivery, "sent", now, "sent", result.detail, sent_at=now)
        case Outcome.UNKNOWN:
            uncertain(delivery, result.detail, now)
        case Outcome.DEFERRED:
            _deferred(delivery, result.detail, now)
        case Outcome.REFUSED:
            given_up(delivery, "failed", result.detail, now)
        case Outcome.NO_SUCH_RECIPIENT:
            bounced(delivery, "failed", result.detail, now)


def uncertain(delivery: Delivery, detail: str, now: datetime) -> None:
    """It may have arrived.  Sent again once, under the same Message-ID; then only by a person."""
    delivery.uncertainties += 1
    after = timedelta(seconds=settings.TOCSIN_UNCERTAIN_RESEND_AFTER)
    again = resend_at(delivery.uncertainties, now, after)
    _set(delivery, "uncertain", now, "uncertain", detail, next_attempt_at=again)


def held(delivery: Delivery, reason: str, now: datetime) -> None:
    """Looked at again each day, because a new key or address may have been entered."""
    _set(delivery, "held", now, "held", reason, next_attempt_at=now + RETRY_HELD)


def _deferred(delivery: Delivery, detail: str, now: datetime) -> None:
    again = retry_at(delivery.attempts, now)
    if again is None:
        given_up(delivery, "failed", f"put off {delivery.attempts} times: {detail}", now)
        return
    _waits(delivery, detail, again, now)


def _waits(delivery: Delivery, detail: str, again: datetime, now: datetime) -> None:
    state = "uncertain" if delivery.uncertainties else "queued"
    _set(delivery, state, now, "deferred", detail, next_attempt_at=again)


def bounced(delivery: Delivery, state: str, detail: str, now: datetime) -> None:
    """The address does not work: it is used no more until somebody corrects it."""
    if delivery.contact:
        delivery.contact.bounced_at, delivery.contact.bounce_reason = now, detail
        delivery.contact.save(update_fields=["bounced_at", "bounce_reason"])
        notices.contact_bounced(delivery.organisation_id, delivery.contact.pk, now)
    given_up(delivery, state, detail, now)


def given_up(delivery: Delivery, state: str, detail: str, now: datetime) -> None:
    """The alert goes to the next contact; without one, this delivery waits for an analyst."""
    outcome = "bounced" if state == "bounced" else "refused"
    _set(delivery, state, now, outcome, detail, next_attempt_at=None)
    before = Delivery.objects.filter(alert=delivery.alert, channel=delivery.channel)
    tried = list(before.values_list("recipient", flat=True))
    contact = fallback_contact(delivery.organisation_id, tried)
    if contact:
        Delivery.objects.create(
            alert_id=delivery.alert_id,
            organisation_id=delivery.organisation_id,
            channel=delivery.channel,
            contact=contact,
            recipient=contact.email,
            number=len(tried) + 1,
            message_id=new_message_id(sender()),
            next_attempt_at=now,
        )
    else:
        notices.delivery_failed(delivery.organisation_id, delivery.pk, delivery.alert.ticket, now)


def noted(delivery: Delivery, outcome: str, detail: str, now: datetime) -> None:
    DeliveryAttempt.objects.create(
        delivery=delivery,
        organisation_id=delivery.organisation_id,
        at=now,
        outcome=outcome,
        detail=detail,
    )


def _set(
    delivery: Delivery,
    state: str,
    now: datetime,
    outcome: str,
    detail: str,
    *,
    next_attempt_at: datetime | None = None,
    sent_at: datetime | None = None,
) -> None:
    delivery.state = state
    delivery.reason = "" if state == "sent" else detail
    delivery.next_attempt_at, delivery.sent_at = next_attempt_at, sent_at
    delivery.save(
        update_fields=[
            "state",
            "reason",
            "attempts",
            "uncertainties",
            "next_attempt_at",
            "sent_at",
        ]
    )
    noted(delivery, outcome, detail, now)

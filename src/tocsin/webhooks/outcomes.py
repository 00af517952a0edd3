"""What becomes of a delivery and its webhook: each step within the caller's transaction."""

from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from tocsin.access.models import Person, Role
from tocsin.audit.models import Entry
from tocsin.constituency.models import Contact
from tocsin.webhooks import rules
from tocsin.webhooks.models import Webhook, WebhookAttempt, WebhookDelivery, of
from tocsin.webhooks.rules import Answer, State, Verdict

TELL = "tocsin.webhooks.tell"


def turn_began(webhook: int, now: datetime) -> None:
    """Those whose turn is longest ago come first."""
    Webhook.objects.filter(pk=webhook).update(tried_at=now)


def started(delivery: WebhookDelivery, now: datetime) -> None:
    """Committed before the endpoint hears of it."""
    if delivery.state == State.SENDING:
        _noted(delivery, Answer(0, "the sender stopped before it had an answer"), now)
    delivery.state = State.SENDING
    delivery.attempts += 1
    delivery.save(update_fields=["state", "attempts"])


def recorded(
    webhook: Webhook, delivery: WebhookDelivery, answer: Answer, now: datetime, chance: float
) -> None:
    """`webhook` is locked; `chance` (0 to 1) spreads the next attempts of many."""
    delivery.status, delivery.error = answer.status, answer.error
    delivery.milliseconds = answer.milliseconds
    _noted(delivery, answer, now)
    match rules.verdict(answer):
        case Verdict.TAKEN:
            _ended(delivery, State.DELIVERED, now)
            _well(webhook)
        case Verdict.GONE:
            _ended(delivery, State.GIVEN_UP, now)
            disabled(webhook, "the endpoint answered 410: it is gone for good", now)
        case Verdict.AGAIN:
            asked = rules.asked_to_wait(answer, now)
            _put_off(delivery, now, chance, asked)
            _failed(webhook, now, asked)


def disabled(webhook: Webhook, reason: str, now: datetime) -> None:
    """Switch it off and tell its owners by mail; what is queued waits until it is on again."""
    webhook.enabled, webhook.disabled_at, webhook.disabled_reason = False, now, reason
    webhook.version += 1
    webhook.save(update_fields=["enabled", "disabled_at", "disabled_reason", "version"])
    Entry.objects.create(
        at=now,
        actor="tocsin",
        action="webhook disabled",
        subject=str(webhook.public_id),
        about=webhook.organisation_id,
        detail={"organisation": webhook.organisation_id, "reason": reason},
    )
    for address in _owners(webhook):
        app.configure_task(TELL).defer(webhook=webhook.pk, to=address)


def disable_dead(now: datetime) -> int:
    """Those that failed for days and have nothing left that would be tried; how many."""
    dead = Webhook.objects.select_for_update(no_key=True, skip_locked=True).filter(
        enabled=True, failing_since__lte=now - rules.DISABLE_AFTER
    )
    found = list(dead)
    for webhook in found:
        disabled(webhook, _for_days(webhook), now)
    return len(found)


def _noted(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    WebhookAttempt.objects.create(
        delivery=delivery,
        organisation_id=delivery.organisation_id,
        at=now,
        status=answer.status,
        error=answer.error,
        milliseconds=answer.milliseconds,
    )


def _ended(delivery: WebhookDelivery, state: State, now: datetime) -> None:
    delivery.state, delivery.next_attempt_at = state, None
    delivery.delivered_at = now if state is State.DELIVERED else None
    delivery.save()


def _put_off(delivery: WebhookDelivery, now: datetime, chance: float, asked: timedelta) -> None:
    again = rules.next_attempt(delivery.attempts, delivery.first_at, now, chance, asked)
    if again is None:
        _ended(delivery, State.GIVEN_UP, now)
        return
    delivery.state, delivery.next_attempt_at = State.QUEUED, again
    delivery.save()


def _well(webhook: Webhook) -> None:
    if webhook.failures:
        webhook.failures, webhook.failing_since, webhook.resting_until = 0, None, None
        webhook.save(update_fields=["failures", "failing_since", "resting_until"])


def _failed(webhook: Webhook, now: datetime, asked: timedelta) -> None:
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    webhook.resting_until = now + rules.rest(webhook.failures, asked)
    webhook.save(update_fields=["failures", "failing_since", "resting_until"])
    if webhook.enabled and rules.is_dead(webhook.failing_since, now):
        disabled(webhook, _for_days(webhook), now)


def _for_days(webhook: Webhook) -> str:
    return f"nothing was taken since {webhook.failing_since:%Y-%m-%d %H:%M} UTC"


def _owners(webhook: Webhook) -> list[str]:
    """A member's owners, or else its first contact; the authority's analysts."""
    role = Role.ANALYST if webhook.organisation_id is None else Role.OWNER
    people = Person.objects.filter(of(webhook.organisation_id), role=role, is_active=True)
    found = list(people.order_by("pk").values_list("email", flat=True))
    if found or webhook.organisation_id is None:
        return found
    contacts = Contact.objects.filter(organisation_id=webhook.organisation_id, bounced_at=None)
    return list(contacts.order_by("pk").values_list("email", flat=True)[:1])

"""Webhooks and what became of their deliveries, as they are shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from tocsin.database.scope import staff_scope
from tocsin.webhooks.endpoints import NoSuchWebhookError, scope_of
from tocsin.webhooks.models import Webhook, WebhookDelivery, of


class Shown(NamedTuple):
    """A delivery.  `number`: its place, later ones have higher ones; `status` 0: no answer."""

    number: int
    event: UUID
    message: str
    type: str
    at: datetime
    state: str
    attempts: int
    next_attempt_at: datetime | None
    status: int
    error: str
    milliseconds: int


def webhooks(whose: int | None) -> list[Webhook]:
    """The organisation's own, or the authority's, oldest first."""
    with scope_of(whose):
        found = Webhook.objects.filter(of(whose)).select_related("organisation")
        return list(found.order_by("pk"))


def every_webhook() -> list[Webhook]:
    """Of the authority and of all members."""
    with staff_scope():
        return list(Webhook.objects.select_related("organisation").order_by("pk"))


def anybodys(public_id: UUID) -> Webhook:
    """For the staff.  Raises `NoSuchWebhookError`."""
    with staff_scope():
        found = Webhook.objects.filter(public_id=public_id).first()
    if found is None:
        raise NoSuchWebhookError(
            f"There is no webhook {public_id}.", "See: tocsin webhooks list --all"
        )
    return found


def deliveries(
    webhook: Webhook, most: int, before: int | None = None, state: str = ""
) -> list[Shown]:
    """The latest first; `before`: only those with a lower number."""
    with scope_of(webhook.organisation_id):
        found = WebhookDelivery.objects.filter(webhook=webhook).select_related("event")
        if before is not None:
            found = found.filter(pk__lt=before)
        if state:
            found = found.filter(state=state)
        return list(_shown(found.order_by("-pk")[:most]))


def _shown(found: QuerySet[WebhookDelivery]) -> Iterator[Shown]:
    for one in found:
        yield Shown(
            one.pk,
            one.event.public_id,
            one.event.message_id,
            one.event.type,
            one.event.at,
            one.state,
            one.attempts,
            one.next_attempt_at,
            one.status,
            one.error,
            one.milliseconds,
        )

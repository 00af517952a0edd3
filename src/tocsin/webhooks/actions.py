"""Telling webhooks: of what happened, as a test, and again."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from procrastinate.contrib.django import app

from tocsin.database.scope import staff_scope
from tocsin.errors import TocsinError
from tocsin.webhooks.endpoints import hold, scope_of
from tocsin.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tocsin.webhooks.rules import EventType

Data = Mapping[str, Any]

_SQL = Path(__file__).parent / "sql"
LISTENING = (_SQL / "listening.sql").read_text()
EMIT = (_SQL / "emit.sql").read_text()
REPLAY = (_SQL / "replay.sql").read_text()
TIDY = (_SQL / "tidy.sql").read_text()
DELIVER = "tocsin.webhooks.deliver"
QUEUE = "webhooks"


class NothingToReplayError(TocsinError):
    """No event of that name is kept for the webhook."""


def emit(organisation_id: int | None, event: str, data: Data, now: datetime) -> None:
    """Tell whoever listens, once the caller's transaction is committed.

    `organisation_id` None: nobody's, so that only the authority is told.
    """
    emit_each(event, [(organisation_id, data)], now)


def emit_each(event: str, told: Sequence[tuple[int | None, Data]], now: datetime) -> None:
    """One event for each organisation and its data, in two queries; in one if nobody listens."""
    kind = EventType(event).value
    organisations = [organisation for organisation, _ in told]
    with staff_scope(), connection.cursor() as cursor:
        asked: dict[str, Any] = {"type": kind, "organisations": organisations, "now": now}
        cursor.execute(LISTENING, asked)
        if not cursor.fetchone()[0]:
            return
        asked["data"] = [json.dumps(data, cls=DjangoJSONEncoder) for _, data in told]
        cursor.execute(EMIT, asked)
        if cursor.rowcount:
            defer_delivery()


def test(webhook: Webhook, now: datetime) -> WebhookEvent:
    """Queue an event of type `test` for this webhook alone."""
    with scope_of(webhook.organisation_id):
        hold(webhook.organisation_id, webhook.public_id)
        event = WebhookEvent.objects.create(
            organisation_id=webhook.organisation_id,
            type=EventType.TEST,
            data={"webhook": str(webhook.public_id)},
            at=now,
        )
        WebhookDelivery.objects.create(
            webhook=webhook,
            event=event,
            organisation_id=webhook.organisation_id,
            first_at=now,
            next_attempt_at=now,
        )
        defer_delivery()
    return event


def replay_event(webhook: Webhook, event: UUID, now: datetime) -> None:
    """Send one event (again).  Raises `NothingToReplayError`."""
    if not _replay(webhook, {"event": event, "since": None, "now": now}):
        raise NothingToReplayError(
            f"This webhook has no event {event} to replay.", "Events are kept for 30 days."
        )


def replay_since(webhook: Webhook, since: datetime, now: datetime) -> int:
    """Send all that happened since then and is still kept (again); how many events."""
    return _replay(webhook, {"event": None, "since": since, "now": now})


def _replay(webhook: Webhook, asked: dict[str, Any]) -> int:
    with scope_of(webhook.organisation_id), connection.cursor() as cursor:
        hold(webhook.organisation_id, webhook.public_id)
        cursor.execute(REPLAY, {**asked, "webhook": webhook.pk})
        count: int = cursor.rowcount
        if count:
            defer_delivery()
    return count


def forget(before: datetime) -> None:
    """Drop older events with their deliveries."""
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute(TIDY, {"before": before})


def defer_delivery() -> None:
    """In the same transaction: a rollback takes the job with it."""
    app.configure_task(DELIVER, queue=QUEUE).defer()

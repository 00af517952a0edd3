"""Webhooks, what is to be told through them, and what became of that."""

import uuid

from django.db import models

from tocsin.constituency.models import Organisation


def of(whose: int | None) -> models.Q:
    """Rows of the organisation, or of the authority."""
    return models.Q(organisation_id=whose)


class Webhook(models.Model):
    """An address at which a member, or without `organisation` the authority, is told of events.

    `events`: names of types.  `secret` and, until `old_secret_until`, `old_secret` are sealed.
    `version` counts changes (ETag).  `failing_since`: of the failures since the last success,
    `failures` in a row; `resting_until`: left alone for so long; `tried_at`: its latest
    turn.  `disabled_reason` says who or
    what switched it off.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    url = models.TextField()
    description = models.TextField(blank=True, default="")
    events = models.JSONField(default=list)
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True)
    enabled = models.BooleanField(default=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.TextField(blank=True, default="")
    made_by = models.TextField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.IntegerField(default=1)
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook"

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


class WebhookEvent(models.Model):
    """Something that happened, as it is told; `data` is the payload's part of that name."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    type = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "webhook_event"
        indexes = [models.Index(fields=["at"], name="webhook_event_when")]

    @property
    def message_id(self) -> str:
        """The `webhook-id`: the same in every attempt and every replay."""
        return f"msg_{self.public_id.hex}"


class WebhookDelivery(models.Model):
    """An event on its way to a webhook; `state`: see `rules.State`.

    `attempts` and `first_at` are of the present round: a replay begins a new one.  `status`,
    `error` and `milliseconds` are of the latest attempt.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE)
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    state = models.CharField(max_length=16, default="queued")
    attempts = models.IntegerField(default=0)
    first_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    milliseconds = models.IntegerField(default=0)

    class Meta:
        db_table = "webhook_delivery"
        indexes = [
            models.Index(
                fields=["webhook", "next_attempt_at"],
                name="webhook_delivery_due",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["event"], name="webhook_delivery_event"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="webhook_delivery_once")
        ]


class WebhookAttempt(models.Model):
    """One try at a delivery.  `status` 0: no answer; `error` says why."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True)
    at = models.DateTimeField()
    status = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    milliseconds = models.IntegerField(default=0)

    class Meta:
        db_table = "webhook_attempt"

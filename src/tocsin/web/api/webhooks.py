"""Webhooks: a member's owners manage their own, analysts the authority's."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field, model_validator

from tocsin.access.models import Role
from tocsin.access.scopes import Scope
from tocsin.web.api.cursors import cursor as cursor_after
from tocsin.web.api.cursors import links, place
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Cursor, Given, Limit, Short, Shown, Text, Time
from tocsin.web.api.problems import Problem
from tocsin.web.api.replies import Reply, must_match, tag_of
from tocsin.web.api.resource import Resource
from tocsin.webhooks import actions, endpoints, queries
from tocsin.webhooks.actions import NothingToReplayError
from tocsin.webhooks.endpoints import ChangedMeanwhileError, Changes, NoSuchWebhookError
from tocsin.webhooks.models import Webhook
from tocsin.webhooks.rules import EventType, State

router = Resource("Webhooks")

ROLES = frozenset({Role.OWNER, Role.ANALYST})
READ, WRITE = Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE

Url = Annotated[Text, Field(max_length=2000, examples=["https://hooks.example/tocsin"])]
Events = Annotated[list[EventType], Field(min_length=1, max_length=len(EventType))]


class WebhookShown(Shown):
    """`disabled_reason` says who or what switched it off."""

    id: UUID
    url: str
    events: list[str]
    description: str
    enabled: bool
    disabled_at: datetime | None
    disabled_reason: str
    failing_since: datetime | None
    made_by: str
    made_at: datetime
    changed_at: datetime
    old_secret_until: datetime | None


class WebhookSecret(WebhookShown):
    """`secret` is shown once; it is null where an Idempotency-Key repeats a request."""

    secret: str | None


class WebhooksShown(Shown):
    items: list[WebhookShown]


class WebhookAdded(Given):
    url: Url
    events: Events
    description: Short = ""


class WebhookChanged(Given):
    """What is not there stays as it is."""

    url: Url | None = None
    events: Events | None = None
    description: Short | None = None
    enabled: bool | None = None


class RotateAsked(Given):
    """For how long the old secret signs as well; 0: no longer."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24


class ReplayAsked(Given):
    """One event, or all since a time."""

    event: UUID | None = None
    since: Time | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "ReplayAsked":
        if (self.event is None) == (self.since is None):
            raise ValueError("give event or since")
        return self


class Queued(Shown):
    """How many events are on their way."""

    events: int


class TestQueued(Shown):
    """`message` is the `webhook-id` that it comes with."""

    event: UUID
    message: str


class WebhookDeliveryShown(Shown):
    """`status` 0: no answer at all; `error` says why.  `message` is the `webhook-id`."""

    event: UUID
    message: str
    type: str
    at: datetime
    state: State
    attempts: int
    next_attempt_at: datetime | None
    status: int
    error: str
    milliseconds: int


class DeliveriesShown(Shown):
    items: list[WebhookDeliveryShown]
    next: str | None


@router.read("/webhooks", roles=ROLES, scope=READ, answer=WebhooksShown)
def list_webhooks(request: Call) -> WebhooksShown:
    """All there are, oldest first."""
    found = queries.webhooks(request.auth.organisation)
    return WebhooksShown(items=[_shown(one) for one in found])


@router.write("POST", "/webhooks", roles=ROLES, scope=WRITE, answer=WebhookSecret, status=201)
def add_webhook(request: Call, asked: WebhookAdded) -> Reply:
    """Register an endpoint.  Its secret is in this answer and in no other."""
    made, secret = endpoints.add(
        request.auth.organisation,
        asked.url,
        asked.events,
        request.auth.email,
        _now(),
        asked.description,
    )
    return _with_secret(request, made, secret, 201)


@router.read("/webhooks/{uuid:webhook}", roles=ROLES, scope=READ, answer=WebhookShown)
def get_webhook(request: Call, webhook: UUID) -> WebhookShown:
    return _shown(_found(request, webhook))


@router.write("PATCH", "/webhooks/{uuid:webhook}", roles=ROLES, scope=WRITE, answer=WebhookShown)
def change_webhook(request: Call, webhook: UUID, asked: WebhookChanged) -> WebhookShown:
    """Change it, or switch it on or off.  A webhook that was switched off for its failures begins
    afresh when it is switched on."""
    seen = _matched(request, webhook)
    changes = Changes(asked.url, asked.events, asked.description, asked.enabled)
    caller = request.auth
    try:
        made = endpoints.change(
            caller.organisation, webhook, changes, caller.email, _now(), seen.version
        )
    except ChangedMeanwhileError:
        raise Problem("precondition-failed") from None
    return _shown(made)


@router.write("DELETE", "/webhooks/{uuid:webhook}", roles=ROLES, scope=WRITE, status=204, takes=())
def remove_webhook(request: Call, webhook: UUID) -> Reply:
    """Remove it, with the record of its deliveries."""
    seen = _matched(request, webhook)
    caller = request.auth
    endpoints.remove(caller.organisation, webhook, caller.email, _now(), seen.version)
    return Reply(None, 204)


@router.write(
    "POST", "/webhooks/{uuid:webhook}/secret", roles=ROLES, scope=WRITE, answer=WebhookSecret
)
def rotate_webhook_secret(request: Call, webhook: UUID, asked: RotateAsked) -> Reply:
    """Make a new secret, shown once.  Until the overlap ends both sign each message."""
    _found(request, webhook)
    caller = request.auth
    overlap = timedelta(hours=asked.overlap_hours)
    made, secret = endpoints.rotate(caller.organisation, webhook, caller.email, _now(), overlap)
    return _with_secret(request, made, secret, 200)


@router.write(
    "POST",
    "/webhooks/{uuid:webhook}/test",
    roles=ROLES,
    scope=WRITE,
    answer=TestQueued,
    status=202,
    takes=(),
)
def test_webhook(request: Call, webhook: UUID) -> Reply:
    """Have an event of type `test` sent."""
    event = actions.test(_found(request, webhook), _now())
    return Reply(TestQueued(event=event.public_id, message=event.message_id), 202)


@router.write(
    "POST", "/webhooks/{uuid:webhook}/replay", roles=ROLES, scope=WRITE, answer=Queued, status=202
)
def replay_webhook(request: Call, webhook: UUID, asked: ReplayAsked) -> Reply:
    """Have one event, or all since a time, sent again under the same `webhook-id`."""
    found, now = _found(request, webhook), _now()
    if asked.since is not None:
        return Reply(Queued(events=actions.replay_since(found, asked.since, now)), 202)
    assert asked.event is not None
    try:
        actions.replay_event(found, asked.event, now)
    except NothingToReplayError:
        raise Problem("not-found") from None
    return Reply(Queued(events=1), 202)


@router.read("/webhooks/{uuid:webhook}/deliveries", roles=ROLES, scope=READ, answer=DeliveriesShown)
def list_webhook_deliveries(
    request: Call,
    webhook: UUID,
    state: State | None = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Reply:
    """What was sent or is to be, the latest first."""
    found = _found(request, webhook)
    before = place(request, cursor) if cursor else None
    rows = queries.deliveries(found, limit + 1, before, state or "")
    page = rows[:limit]
    more = cursor_after(request, page[-1].number) if len(rows) > len(page) else None
    following, headers = links(request, more)
    items = [WebhookDeliveryShown.model_validate(row._asdict()) for row in page]
    return Reply(DeliveriesShown(items=items, next=following), headers=headers)


def _now() -> datetime:
    return datetime.now(UTC)


def _found(request: Call, webhook: UUID) -> Webhook:
    """Somebody else's is not there."""
    try:
        return endpoints.find(request.auth.organisation, webhook)
    except NoSuchWebhookError:
        raise Problem("not-found") from None


def _matched(request: Call, webhook: UUID) -> Webhook:
    """As the caller has seen it, if the request says what that was."""
    found = _found(request, webhook)
    must_match(request, _shown(found))
    return found


def _shown(one: Webhook) -> WebhookShown:
    return WebhookShown(**_fields(one))


def _with_secret(request: HttpRequest, one: Webhook, secret: str, status: int) -> Reply:
    """With the ETag that reading it gives.  What is kept for a repeated request has no secret."""
    shown = _shown(one).model_dump_json(by_alias=True).encode()
    headers = {"ETag": tag_of(shown)}
    if status == 201:
        headers["Location"] = request.build_absolute_uri(f"{request.path}/{one.public_id}")
    return Reply(
        WebhookSecret(**_fields(one), secret=secret),
        status,
        headers,
        kept=WebhookSecret(**_fields(one), secret=None),
    )


def _fields(one: Webhook) -> dict[str, Any]:
    names = (name for name in WebhookShown.model_fields if name != "id")
    return {"id": one.public_id, **{name: getattr(one, name) for name in names}}

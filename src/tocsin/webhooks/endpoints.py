"""Webhooks as people register, change and remove them: one transaction each, kept in the log.

`whose` is the organisation that the webhook belongs to, None the authority; somebody else's is
never found.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection

from tocsin.audit.models import Entry
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError
from tocsin.webhooks.models import Webhook, of
from tocsin.webhooks.resolving import Resolve, checked, policy, resolve, vetted
from tocsin.webhooks.rules import SECRETS_OVERLAP, EventType
from tocsin.webhooks.sealing import seal
from tocsin.webhooks.signing import new_secret

REMOVE = (Path(__file__).parent / "sql" / "remove.sql").read_text()
MOST = 10  # of one organisation
CHOOSABLE = tuple(one.value for one in EventType if one is not EventType.TEST)


class NoSuchWebhookError(TocsinError):
    """Nobody has it, or somebody else."""


class ChangedMeanwhileError(TocsinError):
    """The caller has seen an older version."""


class BadWebhookError(TocsinError):
    """Something else than the address cannot be as it was asked for."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What shall be different; None: as it is."""

    url: str | None = None
    events: Sequence[str] | None = None
    description: str | None = None
    enabled: bool | None = None


def scope_of(whose: int | None) -> AbstractContextManager[None]:
    return staff_scope() if whose is None else organisation_scope(whose)


def add(
    whose: int | None,
    url: str,
    events: Sequence[str],
    by: str,
    now: datetime,
    description: str = "",
    ask: Resolve = resolve,
) -> tuple[Webhook, str]:
    """The webhook and its secret, which nothing shows again.

    Raises `BadTargetError`, `RefusedTargetError` or `BadWebhookError`.
    """
    made = Webhook(
        organisation_id=whose,
        url=_vetted(url, ask),
        events=_known(events),
        description=description,
        made_by=by,
        made_at=now,
        changed_at=now,
    )
    secret = new_secret()
    made.secret = seal(secret, made.public_id.bytes)
    with scope_of(whose):
        if Webhook.objects.filter(of(whose)).count() >= MOST:
            raise BadWebhookError(f"There are {MOST} webhooks already.", "Remove one first.")
        made.save()
        _log(made, "webhook added", now)
    return made, secret


def find(whose: int | None, public_id: UUID) -> Webhook:
    """Raises `NoSuchWebhookError`."""
    with scope_of(whose):
        found = Webhook.objects.filter(of(whose), public_id=public_id).first()
    if found is None:
        raise NoSuchWebhookError(f"There is no webhook {public_id}.")
    return found


def change(
    whose: int | None,
    public_id: UUID,
    changes: Changes,
    by: str,
    now: datetime,
    seen: int | None = None,
    ask: Resolve = resolve,
) -> Webhook:
    """`seen`: the version that the caller knows.  Switching on, or a new address, begins afresh.

    Raises what `add` and `find` raise, and `ChangedMeanwhileError`.
    """
    url = None if changes.url is None else _vetted(changes.url, ask)
    events = None if changes.events is None else _known(changes.events)
    with scope_of(whose):
        webhook = hold(whose, public_id, seen)
        if (url is not None and url != webhook.url) or changes.enabled:
            webhook.failures, webhook.failing_since, webhook.resting_until = 0, None, None
        webhook.url = webhook.url if url is None else url
        webhook.events = webhook.events if events is None else events
        if changes.description is not None:
            webhook.description = changes.description
        if changes.enabled is not None and changes.enabled != webhook.enabled:
            _switch(webhook, changes.enabled, by, now)
        _changed(webhook, now)
        _log(webhook, "webhook changed", now)
    return webhook


def remove(
    whose: int | None, public_id: UUID, by: str, now: datetime, seen: int | None = None
) -> None:
    """With its deliveries.  Raises `NoSuchWebhookError` or `ChangedMeanwhileError`."""
    with scope_of(whose):
        webhook = hold(whose, public_id, seen, removing=True)
        _log(webhook, "webhook removed", now)
        with connection.cursor() as cursor:
            cursor.execute(REMOVE, {"webhook": webhook.pk})


def rotate(
    whose: int | None,
    public_id: UUID,
    by: str,
    now: datetime,
    overlap: timedelta = SECRETS_OVERLAP,
    seen: int | None = None,
) -> tuple[Webhook, str]:
    """A new secret, shown once; for `overlap` longer the old one signs as well."""
    secret = new_secret()
    with scope_of(whose):
        webhook = hold(whose, public_id, seen)
        webhook.old_secret = webhook.secret if overlap > timedelta() else None
        webhook.old_secret_until = now + overlap if overlap > timedelta() else None
        webhook.secret = seal(secret, webhook.public_id.bytes)
        _changed(webhook, now)
        _log(webhook, "webhook secret replaced", now)
    return webhook, secret


def hold(
    whose: int | None, public_id: UUID, seen: int | None = None, removing: bool = False
) -> Webhook:
    """Locked until the caller's transaction ends; for `removing`, nobody refers to it any more.

    Raises `NoSuchWebhookError` or `ChangedMeanwhileError`.
    """
    found = (
        Webhook.objects.select_for_update(no_key=not removing)
        .filter(of(whose), public_id=public_id)
        .first()
    )
    if found is None:
        raise NoSuchWebhookError(f"There is no webhook {public_id}.")
    if seen is not None and seen != found.version:
        raise ChangedMeanwhileError("The webhook was changed meanwhile.", "Read it again first.")
    return found


def _changed(webhook: Webhook, now: datetime) -> None:
    webhook.version += 1
    webhook.changed_at = now
    webhook.save()


def _switch(webhook: Webhook, on: bool, by: str, now: datetime) -> None:
    webhook.enabled = on
    webhook.disabled_at = None if on else now
    webhook.disabled_reason = "" if on else f"switched off by {by}"


def _vetted(url: str, ask: Resolve) -> str:
    """In its one spelling."""
    rules = policy()
    target = checked(url.strip(), rules)
    vetted(target, rules, ask)
    return target.url


def _known(events: Sequence[str]) -> list[str]:
    unknown = sorted(set(events) - set(CHOOSABLE))
    if unknown or not events:
        what = f"There are no events named {', '.join(unknown)}." if unknown else "No event named."
        raise BadWebhookError(what, f"There are: {', '.join(CHOOSABLE)}")
    return sorted(set(events))


def _log(webhook: Webhook, action: str, now: datetime) -> None:
    """The log is the authority's, and holds no personal data."""
    with staff_scope():
        Entry.objects.create(
            at=now,
            actor="member" if webhook.organisation_id else "authority",
            action=action,
            subject=str(webhook.public_id),
            about=webhook.organisation_id,
            detail={"organisation": webhook.organisation_id},
        )

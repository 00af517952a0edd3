"""Registering, changing, removing."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from tests.webhooks.conftest import ALERT, NOW, URL, public, webhook
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.errors import TocsinError
from tocsin.webhooks import endpoints
from tocsin.webhooks.actions import emit
from tocsin.webhooks.deliveries import open_secrets
from tocsin.webhooks.endpoints import (
    MOST,
    BadWebhookError,
    ChangedMeanwhileError,
    Changes,
    NoSuchWebhookError,
)
from tocsin.webhooks.models import Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent

pytestmark = pytest.mark.django_db
ANN = "ann@nordwind.example"
LATER = NOW + timedelta(hours=1)


def test_it_is_kept_with_its_secret_sealed(nordwind: Organisation) -> None:
    made, secret = endpoints.add(
        nordwind.pk, "https://HOOKS.example:443/in", [ALERT], ANN, NOW, "our SIEM", public
    )
    found = endpoints.find(nordwind.pk, made.public_id)
    assert (found.url, found.events, found.description, found.enabled, found.version) == (
        URL, [ALERT], "our SIEM", True, 1,
    )  # fmt: skip
    assert secret.encode() not in bytes(found.secret)
    assert open_secrets(found, NOW) == [secret]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://hooks.example/", ["10.0.0.1"]),
        ("https://hooks.example/", []),
        ("https://127.0.0.1/", ["8.8.8.8"]),
        ("http://hooks.example/", ["8.8.8.8"]),
        ("https://a:b@hooks.example/", ["8.8.8.8"]),
    ],
)
def test_an_address_that_may_not_be_sent_to_is_refused_at_once(
    nordwind: Organisation, url: str, found: list[str]
) -> None:
    with pytest.raises(TocsinError):
        endpoints.add(nordwind.pk, url, [ALERT], ANN, NOW, ask=lambda host: found)
    made = webhook(nordwind)
    with pytest.raises(TocsinError):
        endpoints.change(
            nordwind.pk, made.public_id, Changes(url=url), ANN, NOW, ask=lambda host: found
        )
    assert endpoints.find(nordwind.pk, made.public_id).url == URL


@pytest.mark.parametrize("events", [[], ["alert"], [ALERT, "nothing"], ["test"]])
def test_events_must_be_such_as_there_are(nordwind: Organisation, events: list[str]) -> None:
    with pytest.raises(BadWebhookError, match=r"event"):
        webhook(nordwind, events)


def test_there_is_an_end_to_how_many(nordwind: Organisation, suedwind: Organisation) -> None:
    for _ in range(MOST):
        webhook(nordwind)
    with pytest.raises(BadWebhookError, match="10 webhooks"):
        webhook(nordwind)
    assert webhook(suedwind)
    assert webhook(None)


def test_nobody_finds_changes_or_removes_somebody_elses(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    ours, authoritys = webhook(nordwind), webhook(None)
    for whose, number in (
        (suedwind.pk, ours.public_id),
        (None, ours.public_id),
        (nordwind.pk, authoritys.public_id),
    ):
        for attempt in (
            partial(endpoints.find, whose, number),
            partial(endpoints.change, whose, number, Changes(enabled=False), ANN, NOW),
            partial(endpoints.remove, whose, number, ANN, NOW),
            partial(endpoints.rotate, whose, number, ANN, NOW),
        ):
            with pytest.raises(NoSuchWebhookError):
                attempt()
    with organisation_scope(suedwind.pk):
        assert not Webhook.objects.exists()
    with organisation_scope(nordwind.pk):
        assert list(Webhook.objects.values_list("pk", flat=True)) == [ours.pk]


def test_whoever_saw_an_older_version_does_not_overwrite(nordwind: Organisation) -> None:
    made = webhook(nordwind)
    changed = endpoints.change(nordwind.pk, made.public_id, Changes(description="a"), ANN, LATER, 1)
    assert (changed.version, changed.etag, changed.changed_at) == (2, '"2"', LATER)
    for attempt in (
        lambda: endpoints.change(
            nordwind.pk, made.public_id, Changes(description="b"), ANN, NOW, 1
        ),
        lambda: endpoints.remove(nordwind.pk, made.public_id, ANN, NOW, 1),
        lambda: endpoints.rotate(nordwind.pk, made.public_id, ANN, NOW, seen=1),
    ):
        with pytest.raises(ChangedMeanwhileError):
            attempt()
    endpoints.remove(nordwind.pk, made.public_id, ANN, NOW, 2)
    with pytest.raises(NoSuchWebhookError):
        endpoints.find(nordwind.pk, made.public_id)


def test_what_is_not_named_stays_as_it_is(nordwind: Organisation) -> None:
    made = webhook(nordwind, description="our SIEM")
    changed = endpoints.change(
        nordwind.pk, made.public_id, Changes(events=["threat.conflict"]), ANN, NOW
    )
    assert (changed.url, changed.description, changed.enabled) == (URL, "our SIEM", True)
    assert changed.events == ["threat.conflict"]


def test_switched_off_and_on_again_it_begins_afresh(nordwind: Organisation) -> None:
    made = webhook(nordwind)
    off = endpoints.change(nordwind.pk, made.public_id, Changes(enabled=False), ANN, NOW)
    assert (off.enabled, off.disabled_at, off.disabled_reason) == (
        False, NOW, f"switched off by {ANN}",
    )  # fmt: skip
    with staff_scope():
        Webhook.objects.update(failures=7, failing_since=NOW, resting_until=LATER)
    on = endpoints.change(nordwind.pk, made.public_id, Changes(enabled=True), ANN, NOW)
    assert (on.enabled, on.disabled_at, on.disabled_reason) == (True, None, "")
    assert (on.failures, on.failing_since, on.resting_until) == (0, None, None)


def test_for_a_day_the_old_secret_signs_beside_the_new_one(nordwind: Organisation) -> None:
    made, old = endpoints.add(nordwind.pk, URL, [ALERT], ANN, NOW, ask=public)
    rotated, new = endpoints.rotate(nordwind.pk, made.public_id, ANN, NOW)
    assert open_secrets(rotated, NOW + timedelta(hours=23)) == [new, old]
    assert open_secrets(rotated, NOW + timedelta(hours=24)) == [new]
    at_once, newest = endpoints.rotate(nordwind.pk, made.public_id, ANN, NOW, timedelta())
    assert open_secrets(at_once, NOW) == [newest]
    assert len({old, new, newest}) == 3


def test_every_step_is_in_the_log_without_who_and_where(nordwind: Organisation) -> None:
    made = webhook(nordwind)
    endpoints.change(nordwind.pk, made.public_id, Changes(description="x"), ANN, NOW)
    endpoints.rotate(nordwind.pk, made.public_id, ANN, NOW)
    endpoints.remove(nordwind.pk, made.public_id, ANN, NOW)
    with staff_scope():
        entries = list(Entry.objects.order_by("pk"))
    assert [entry.action for entry in entries] == [
        "webhook added", "webhook changed", "webhook secret replaced", "webhook removed",
    ]  # fmt: skip
    assert {entry.subject for entry in entries} == {str(made.public_id)}
    assert "ann" not in "".join(f"{entry.actor} {entry.detail}" for entry in entries)


def test_removing_takes_its_deliveries_along_and_nobody_elses(nordwind: Organisation) -> None:
    made, other = webhook(nordwind), webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    with staff_scope():
        for delivery in WebhookDelivery.objects.all():
            WebhookAttempt.objects.create(delivery=delivery, organisation=nordwind, at=NOW)
    endpoints.remove(nordwind.pk, made.public_id, ANN, NOW)
    with staff_scope():
        assert [one.webhook_id for one in WebhookDelivery.objects.all()] == [other.pk]
        assert WebhookAttempt.objects.count() == WebhookEvent.objects.count() == 1


def test_what_there_is_not_is_said(nordwind: Organisation) -> None:
    with pytest.raises(NoSuchWebhookError, match="There is no webhook"):
        endpoints.find(nordwind.pk, uuid4())

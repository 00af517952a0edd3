"""Events: who is told, at what price, and again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.webhooks.conftest import ALERT, NOW, organisation, webhook
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope, staff_scope
from tocsin.webhooks import actions, endpoints
from tocsin.webhooks.actions import NothingToReplayError, emit, emit_each
from tocsin.webhooks.endpoints import Changes
from tocsin.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tocsin.webhooks.rules import KEEP, State

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DATA = {"ticket": "TOCSIN-2026-000001"}


def told() -> set[tuple[int | None, int | None]]:
    """Of each delivery: whose event, whose webhook."""
    with staff_scope():
        pairs = WebhookDelivery.objects.values_list("event__organisation", "organisation")
        return set(pairs)


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [actions.DELIVER]
        )
        return int(cursor.fetchone()[0])


def test_where_nobody_listens_nothing_is_written(nordwind: Organisation) -> None:
    webhook(nordwind, ["dispute.decided"])
    with (
        staff_scope(),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        emit(nordwind.pk, ALERT, DATA, NOW)
    mine = [one for one in asked.captured_queries if "webhook" in one["sql"]]
    assert len(mine) == 1
    with staff_scope():
        assert not WebhookEvent.objects.exists()
    assert jobs() == 0


def test_an_organisation_and_the_authority_are_told_and_nobody_else(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    for whose in (nordwind, nordwind, suedwind, None):
        webhook(whose)
    webhook(nordwind, ["dispute.decided"])
    with organisation_scope(nordwind.pk):
        emit(nordwind.pk, ALERT, DATA, NOW)
    assert told() == {(nordwind.pk, nordwind.pk), (nordwind.pk, None)}
    with staff_scope():
        event = WebhookEvent.objects.get()
        assert (event.type, event.data, event.at) == (ALERT, DATA, NOW)
        assert WebhookDelivery.objects.count() == 3
    assert jobs() == 1


def test_what_belongs_to_nobody_is_told_to_the_authority_alone(nordwind: Organisation) -> None:
    for whose in (nordwind, None):
        webhook(whose)
    emit(None, ALERT, DATA, NOW)
    assert told() == {(None, None)}


def test_many_are_told_in_as_many_queries_as_one(nordwind: Organisation) -> None:
    owners = [organisation(f"Org {number}") for number in range(50)]
    for owner in owners[:20]:
        webhook(owner)
    webhook(None)
    with staff_scope(), CaptureQueriesContext(connection) as asked:
        emit_each(ALERT, [(owner.pk, {"number": owner.pk}) for owner in owners], NOW)
    assert len([one for one in asked.captured_queries if "webhook " in one["sql"]]) == 2
    with staff_scope():
        assert WebhookEvent.objects.count() == 50
        assert all(
            one.data == {"number": one.organisation_id} for one in WebhookEvent.objects.all()
        )
        assert WebhookDelivery.objects.count() == 70
    assert jobs() == 1


def test_the_caller_finds_its_own_scope_again(nordwind: Organisation) -> None:
    webhook(None)
    with organisation_scope(nordwind.pk):
        emit(nordwind.pk, ALERT, DATA, NOW)
        assert not Webhook.objects.exists()
        assert list(WebhookEvent.objects.values_list("organisation", flat=True)) == [nordwind.pk]


def test_a_rollback_takes_event_delivery_and_job_with_it(nordwind: Organisation) -> None:
    webhook(nordwind)

    with transaction.atomic():
        emit(nordwind.pk, ALERT, DATA, NOW)
        assert (len(told()), jobs()) == (1, 1)
        transaction.set_rollback(True)
    assert (told(), jobs()) == (set(), 0)


def test_whoever_is_switched_off_is_not_told_but_can_have_it_replayed(
    nordwind: Organisation,
) -> None:
    made = webhook(nordwind)
    endpoints.change(nordwind.pk, made.public_id, Changes(enabled=False), "ann", NOW)
    emit(nordwind.pk, ALERT, DATA, NOW)
    assert (told(), jobs()) == (set(), 0)
    on = endpoints.change(nordwind.pk, made.public_id, Changes(enabled=True), "ann", NOW)
    assert actions.replay_since(on, NOW, NOW + HOUR) == 1
    assert (told(), jobs()) == ({(nordwind.pk, nordwind.pk)}, 1)


@pytest.mark.parametrize("event", ["alert", "", "alert.sent "])
def test_there_are_no_other_events(nordwind: Organisation, event: str) -> None:
    with pytest.raises(ValueError, match="EventType"):
        emit(nordwind.pk, event, DATA, NOW)


def test_a_test_goes_to_one_webhook_alone(nordwind: Organisation) -> None:
    made, other = webhook(nordwind), webhook(nordwind)
    event = actions.test(made, NOW)
    assert (event.type, event.data) == ("test", {"webhook": str(made.public_id)})
    with staff_scope():
        assert WebhookDelivery.objects.get().webhook_id == made.pk
    assert jobs() == 1
    assert actions.replay_since(other, NOW, NOW) == 0
    with pytest.raises(NothingToReplayError):
        actions.replay_event(other, event.public_id, NOW)
    actions.replay_event(made, event.public_id, NOW)


def delivered(made: Webhook) -> WebhookDelivery:
    emit(made.organisation_id, ALERT, DATA, NOW)
    with staff_scope():
        WebhookDelivery.objects.update(
            state=State.DELIVERED, attempts=3, next_attempt_at=None, delivered_at=NOW
        )
        return WebhookDelivery.objects.select_related("event", "webhook").get(webhook=made)


def test_a_replay_is_the_same_event_once_more(nordwind: Organisation) -> None:
    before = delivered(webhook(nordwind))
    actions.replay_event(before.webhook, before.event.public_id, NOW + HOUR)
    with staff_scope():
        after = WebhookDelivery.objects.select_related("event").get()
    assert after.pk == before.pk
    assert after.event.message_id == before.event.message_id
    assert (after.state, after.attempts, after.delivered_at) == (State.QUEUED, 0, None)
    assert (after.first_at, after.next_attempt_at) == (NOW + HOUR, NOW + HOUR)


def test_a_webhook_that_came_later_can_have_what_was_before(nordwind: Organisation) -> None:
    delivered(webhook(nordwind))
    assert actions.replay_since(webhook(nordwind), NOW, NOW + HOUR) == 1


def test_since_a_time(nordwind: Organisation) -> None:
    made = webhook(nordwind)
    for hours in range(4):
        emit(nordwind.pk, ALERT, DATA, NOW + hours * HOUR)
    assert actions.replay_since(made, NOW + 2 * HOUR, NOW + 4 * HOUR) == 2
    assert actions.replay_since(made, NOW - KEEP, NOW + 4 * HOUR) == 4
    assert actions.replay_since(made, NOW + 9 * HOUR, NOW + 4 * HOUR) == 0


def test_what_is_being_sent_is_left_alone(nordwind: Organisation) -> None:
    before = delivered(webhook(nordwind))
    with staff_scope():
        WebhookDelivery.objects.update(state=State.SENDING)
    assert actions.replay_since(before.webhook, NOW, NOW) == 0


def test_nobody_replays_somebody_elses_event(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    before = delivered(webhook(nordwind))
    theirs = webhook(suedwind)
    assert actions.replay_since(theirs, NOW, NOW) == 0
    for event in (before.event.public_id, uuid4()):
        with pytest.raises(NothingToReplayError) as caught:
            actions.replay_event(theirs, event, NOW)
        assert str(caught.value) == f"This webhook has no event {event} to replay."
    assert actions.replay_since(webhook(None), NOW, NOW) == 1


def test_an_event_that_the_webhook_does_not_want_is_not_replayed(nordwind: Organisation) -> None:
    delivered(webhook(nordwind))
    assert actions.replay_since(webhook(nordwind, ["dispute.decided"]), NOW, NOW) == 0

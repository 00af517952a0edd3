"""A webhook removed while others are at work with it."""

import threading

import pytest
from django.db import connections, transaction

from tests.webhooks.conftest import ALERT, NOW, organisation, webhook
from tocsin.database.scope import staff_scope
from tocsin.webhooks import actions, endpoints
from tocsin.webhooks.actions import emit
from tocsin.webhooks.deliveries import deliver_due
from tocsin.webhooks.endpoints import NoSuchWebhookError
from tocsin.webhooks.models import Webhook, WebhookDelivery
from tocsin.webhooks.rules import Answer


def beside(removing: Webhook) -> threading.Thread:
    """Another session that removes it, waiting for whoever holds it."""

    def run() -> None:
        endpoints.remove(removing.organisation_id, removing.public_id, "ann", NOW)
        connections["default"].close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_whoever_tells_of_something_commits_all_the_same(committed_db: None) -> None:
    owner = organisation()
    made = webhook(owner)
    with transaction.atomic():
        emit(owner.pk, ALERT, {}, NOW)
        thread = beside(made)
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    with staff_scope():
        assert not Webhook.objects.exists()
        assert not WebhookDelivery.objects.exists()


def test_a_test_or_replay_finds_it_gone(committed_db: None) -> None:
    made = webhook(organisation())
    beside(made).join(20)
    with pytest.raises(NoSuchWebhookError):
        actions.test(made, NOW)
    with pytest.raises(NoSuchWebhookError):
        actions.replay_since(made, NOW, NOW)


def test_removing_while_it_is_sent_to_does_not_lock_anybody_out(committed_db: None) -> None:
    owner = organisation()
    made = webhook(owner)
    emit(owner.pk, ALERT, {}, NOW)

    def send(*given: object) -> Answer:
        beside(made).join(20)
        return Answer(200)

    assert dict(deliver_due(send, lambda: NOW, lambda: 0.5)) == {"removed": 1}

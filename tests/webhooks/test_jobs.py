"""What the worker does for webhooks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.intake.fetch.servers import Reply, WebServer, web_server
from tests.letters import Letters
from tests.webhooks.conftest import ALERT, NOW, webhook
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.webhooks import jobs
from tocsin.webhooks.actions import emit
from tocsin.webhooks.endpoints import add
from tocsin.webhooks.models import Webhook, WebhookDelivery, WebhookEvent

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture(autouse=True)
def _keep_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs' fresh connection would leave the test's transaction."""
    monkeypatch.setattr("tocsin.database.fresh.close_old_connections", lambda: None)


@pytest.fixture
def server(settings: Any) -> Iterator[WebServer]:
    with web_server(lambda asked: Reply(200)) as running:
        settings.TOCSIN_WEBHOOK_ALLOW = "127.0.0.1"
        settings.TOCSIN_WEBHOOK_HTTP = True
        settings.TOCSIN_WEBHOOK_PORTS = str(urlsplit(running.url).port)
        yield running


def test_what_was_registered_is_sent(nordwind: Organisation, server: WebServer) -> None:
    add(nordwind.pk, server.url, [ALERT], "ann", NOW)
    emit(nordwind.pk, ALERT, {}, NOW)
    jobs.deliver()
    jobs.deliver()
    assert len(server.asked) == 1


def test_what_is_no_longer_allowed_is_not_sent(
    nordwind: Organisation, server: WebServer, settings: Any
) -> None:
    add(nordwind.pk, server.url, [ALERT], "ann", NOW)
    emit(nordwind.pk, ALERT, {}, NOW)
    settings.TOCSIN_WEBHOOK_ALLOW = ""
    jobs.deliver()
    assert server.asked == []
    with staff_scope():
        assert "no address" in WebhookDelivery.objects.get().error


def test_an_owner_is_told_once_it_is_off_and_only_then(nordwind: Organisation, home: Path) -> None:
    made = webhook(nordwind)
    jobs.tell(made.pk, "ann@nordwind.example")
    assert Letters(home).all() == []
    with staff_scope():
        Webhook.objects.update(enabled=False, disabled_reason="nothing was taken since May")
    jobs.tell(made.pk, "ann@nordwind.example")
    text = Letters(home).text("ann@nordwind.example")
    assert "is switched off: nothing was taken since May." in text
    assert str(made.public_id) in text


def test_events_are_kept_for_thirty_days(nordwind: Organisation) -> None:
    webhook(nordwind)
    now = datetime.now(UTC)
    for days in (29, 31):
        emit(nordwind.pk, ALERT, {"days": days}, now - timedelta(days=days))
    jobs.tidy(0)
    with staff_scope():
        assert [event.data for event in WebhookEvent.objects.all()] == [{"days": 29}]
        assert WebhookDelivery.objects.count() == 1

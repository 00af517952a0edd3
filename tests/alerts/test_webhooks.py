"""Composing alerts tells webhooks of them, at the price of a query."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.alerts.country import NOW, organisation, threat
from tests.webhooks.conftest import webhook
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.models import Alert
from tocsin.database.scope import staff_scope
from tocsin.webhooks.models import WebhookDelivery, WebhookEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scope(home: Path) -> Iterator[None]:
    with staff_scope():
        yield


def test_who_listens_is_told_of_its_own_alerts_without_a_word_of_what_is_wrong_where() -> None:
    north, south = organisation("North"), organisation("South")
    webhook(north)
    for number in range(3):
        threat(north, number)
    threat(south, 9)
    compose_due(ready(NOW), NOW)
    alert = Alert.objects.get(organisation=north)
    delivery = WebhookDelivery.objects.select_related("event").get()
    assert delivery.event.data == {
        "ticket": alert.ticket,
        "alert": f"/api/v1/alerts/{alert.ticket}",
        "organisation": north.pk,
        "tlp": alert.tlp,
        "immediate": False,
        "threats": 3,
        "new": 3,
        "reopened": 0,
        "reminders": 0,
        "conflicts": 0,
        "rejected": 0,
        "severities": {"high": 3},
    }
    assert (delivery.event.type, delivery.event.at) == ("alert.sent", NOW)


@pytest.mark.parametrize(("listening", "most"), [(False, 1), (True, 2)])
def test_many_alerts_cost_no_more_queries_than_one(listening: bool, most: int) -> None:
    owners = [organisation(f"Org {number}") for number in range(12)]
    for number, owner in enumerate(owners):
        threat(owner, number)
    if listening:
        webhook(owners[0])
        webhook(None)
    with CaptureQueriesContext(connection) as asked:
        compose_due(ready(NOW), NOW)
    about = [one for one in asked.captured_queries if "FROM webhook" in one["sql"]]
    assert len(about) == most
    assert WebhookEvent.objects.count() == (12 if listening else 0)
    assert WebhookDelivery.objects.count() == (13 if listening else 0)


def test_what_is_composed_once_is_told_once() -> None:
    north = organisation("North")
    webhook(north)
    threat(north, 1)
    for _ in range(2):
        compose_due(ready(NOW), NOW)
    assert WebhookEvent.objects.count() == 1

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.webhooks.endpoints import add
from tocsin.webhooks.models import Webhook
from tocsin.webhooks.rules import EventType

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "https://hooks.example/in"
ALERT = EventType.ALERT_SENT.value


def public(host: str) -> list[str]:
    return ["8.8.8.8"]


def organisation(name: str = "Nordwind") -> Organisation:
    with staff_scope():
        return Organisation.objects.create(name=name, created_at=NOW)


def webhook(whose: Organisation | None, events: Sequence[str] = (ALERT,), **given: Any) -> Webhook:
    url = given.pop("url", URL)
    number = whose.pk if whose else None
    return add(number, url, events, "ann@nordwind.example", NOW, ask=public, **given)[0]


@pytest.fixture
def nordwind(db: None) -> Organisation:
    return organisation()


@pytest.fixture
def suedwind(db: None) -> Organisation:
    return organisation("Südwind")

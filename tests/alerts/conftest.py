from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.country import NOW, contact, organisation, threat
from tocsin.alerts.channels.mail.posts import Outbox
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.alerts.models import Delivery
from tocsin.database.scope import staff_scope


@pytest.fixture
def staff(home: Path) -> Iterator[None]:
    """The whole test in the staff's scope."""
    with staff_scope():
        yield


@pytest.fixture
def sent(committed_db: None, home: Path) -> Delivery:
    """An alert that left, to an organisation with a second contact."""
    with staff_scope():
        owner = organisation()
        contact(owner, "security")
        threat(owner, 1)
    compose_due(ready(NOW), NOW)
    deliver_due(Outbox(home / "outbox"), lambda: NOW)
    with staff_scope():
        return Delivery.objects.get()

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.country import organisation, threat
from tocsin.alerts import jobs
from tocsin.alerts.models import Alert, Delivery
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def scope(home: Path) -> Iterator[None]:
    with staff_scope():
        yield


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the jobs' clock."""
    return lambda now: monkeypatch.setattr(jobs, "_now", lambda: now)


def test_digests_wait_for_the_hour_and_what_is_urgent_does_not(at: Any) -> None:
    owner = organisation()
    threat(owner, 1)
    threat(owner, 2, severity=5)
    at(MORNING - timedelta(hours=2))
    jobs.compose(0)
    assert [(alert.immediate, alert.new) for alert in Alert.objects.all()] == [(True, 1)]
    at(MORNING)
    jobs.compose(0)
    assert Alert.objects.filter(immediate=False).count() == 1


def test_each_job_can_run_twice(at: Any, home: Path) -> None:
    threat(organisation(), 1)
    at(MORNING)
    for _ in range(2):
        jobs.compose(0)
    for _ in range(2):
        jobs.deliver(0)
    assert Delivery.objects.get().state == "sent"
    assert len(list((home / "outbox").iterdir())) == 1

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.alerts.country import organisation, threat
from tocsin.alerts import jobs
from tocsin.alerts.models import Alert, Delivery
from tocsin.database.embedded import Embedded
from tocsin.database.scope import staff_scope

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def database(committed_db: None, home: Path) -> None:
    """Jobs drop their connection, so what they did is committed."""


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the jobs' clock."""
    return lambda now: monkeypatch.setattr(jobs, "_now", lambda: now)


def test_digests_wait_for_the_hour_and_what_is_urgent_does_not(at: Any) -> None:
    with staff_scope():
        owner = organisation()
        threat(owner, 1)
        threat(owner, 2, severity=5)
    at(MORNING - timedelta(hours=2))
    jobs.compose(0)
    with staff_scope():
        assert [(alert.immediate, alert.new) for alert in Alert.objects.all()] == [(True, 1)]
    at(MORNING)
    jobs.compose(0)
    with staff_scope():
        assert Alert.objects.filter(immediate=False).count() == 1


def test_each_job_can_run_twice(at: Any, home: Path) -> None:
    with staff_scope():
        threat(organisation(), 1)
    at(MORNING)
    for _ in range(2):
        jobs.compose(0)
    for _ in range(2):
        jobs.deliver(0)
    with staff_scope():
        assert Delivery.objects.get().state == "sent"
    assert len(list((home / "outbox").iterdir())) == 1


@pytest.mark.parametrize("job", [jobs.compose, jobs.deliver, jobs.read])
def test_a_job_after_the_database_was_restarted_does_its_work(
    at: Any, embedded: Embedded, job: Callable[[int], None]
) -> None:
    """The worker's thread still holds a connection that the server has closed."""
    at(MORNING)
    connection.ensure_connection()
    with psycopg.connect(embedded.url("postgres"), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        )
    with pytest.raises(Exception, match=r"terminat|closed"), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    job(0)

"""Composing killed (SIGKILL) at each step, and two at once: each threat is told exactly once."""

import json
import signal
from pathlib import Path

import pytest
from django.db import connection

from tests.alerts.country import NOW, organisation, threat
from tests.alerts.test_killed_sender import start
from tocsin.alerts.models import Alert, AlertThreat, Delivery
from tocsin.database.scope import staff_scope

ORGANISATIONS, EACH = 4, 5


@pytest.fixture
def country(committed_db: None, home: Path) -> Path:
    with staff_scope():
        for number in range(ORGANISATIONS):
            owner = organisation(f"Org {number}")
            for place in range(EACH):
                threat(owner, number * EACH + place)
    return home


def run(home: Path, step: str = "") -> tuple[int, list[int]]:
    composer = start("killed_composer", home=str(home), step=step, now=NOW.isoformat())
    said = composer.communicate(timeout=60)[0]
    return composer.returncode, json.loads(said or b"[]")


def told() -> tuple[int, int, int, int, int]:
    """Alerts, deliveries, threats told, jobs queued, threats that wait."""
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        (jobs,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM threat WHERE notice > 0")
        (waiting,) = cursor.fetchone()
        return (
            Alert.objects.count(),
            Delivery.objects.count(),
            AlertThreat.objects.values("key").distinct().count(),
            jobs,
            waiting,
        )


@pytest.mark.parametrize(
    "step", ["before _alert", "after _record", "before _mark_told", "after defer_delivery"]
)
def test_killed_anywhere_nothing_has_happened_and_the_next_run_tells_all(
    country: Path, step: str
) -> None:
    code, _ = run(country, step)
    assert code == -signal.SIGKILL
    assert told() == (0, 0, 0, 0, ORGANISATIONS * EACH)
    assert run(country) == (0, [ORGANISATIONS, ORGANISATIONS * EACH])
    assert told() == (ORGANISATIONS, ORGANISATIONS, ORGANISATIONS * EACH, 1, 0)
    assert run(country) == (0, [0, 0])


def test_two_at_once_tell_each_threat_once(country: Path) -> None:
    asked = {"home": str(country), "step": "", "now": NOW.isoformat()}
    composers = [start("killed_composer", **asked) for _ in range(2)]
    said = [json.loads(composer.communicate(timeout=60)[0]) for composer in composers]
    assert sorted(said) == [[0, 0], [ORGANISATIONS, ORGANISATIONS * EACH]]
    assert AlertThreat.objects.count() == 0  # no scope
    assert told()[2:] == (ORGANISATIONS * EACH, 1, 0)

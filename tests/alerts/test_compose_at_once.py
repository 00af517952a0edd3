"""Alerts composed while intake sees the same threats again."""

from threading import Thread

import pytest
from django.db import connections

from tests.alerts.country import NOW, organisation, report, state_of, threat
from tests.answers.test_at_once import until_somebody_waits
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.rules import Digests
from tocsin.database.scope import staff_scope
from tocsin.threats.models import Threat


@pytest.mark.usefixtures("committed_db", "home")
def test_a_threat_that_is_just_seen_again_is_told() -> None:
    """Its latest report is one that was not there when composing began."""
    with staff_scope():
        key = threat(organisation(), 1)
    waiting = ready(NOW)

    def compose() -> None:
        try:
            compose_due(waiting, NOW, Digests.AT_ONCE)
        finally:
            connections.close_all()

    composing = Thread(target=compose)
    with staff_scope():
        latest = report(name="2026-03-02-scan_rdp.csv")
        Threat.objects.filter(key=key).update(last_report_id=latest.pk, times_seen=4)
        composing.start()
        until_somebody_waits()
    composing.join(60)
    with staff_scope():
        assert state_of(key)["alerted_at"] == NOW

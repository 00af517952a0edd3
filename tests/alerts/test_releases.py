"""Whose first alert waits, and what it would say."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.alerts.country import DAY, NOW, organisation, state_of, threat
from tocsin.alerts.models import Alert
from tocsin.alerts.releases import MOST, HeldOrganisation, first_alert, held_organisations
from tocsin.database.scope import staff_scope
from tocsin.threats.models import DailyCount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]


def counted(whose: int, new: int = 3) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tocsin_kind('scan_rdp')")
        (kind,) = cursor.fetchone()
    DailyCount.objects.create(organisation_id=whose, kind_id=kind, day=DAY, new=new)


def waiting(*given: Any, **named: Any) -> list[HeldOrganisation]:
    with staff_scope():
        return held_organisations(*given, **named)


def test_those_that_had_threats_and_were_never_released_wait_by_name() -> None:
    held: dict[str, dict[str, Any]] = {
        "Beta": {"released_at": None},
        "Alpha": {"released_at": None},
        "Gone": {"released_at": None, "suspended": True},
        "Known": {},
    }
    for name, changes in held.items():
        counted(organisation(name, **changes).pk)
    organisation("Quiet", released_at=None)
    found = waiting()
    assert [(one.name, one.new, one.since, one.contact) for one in found] == [
        ("Alpha", 3, DAY, "abuse@alpha.example"),
        ("Beta", 3, DAY, "abuse@beta.example"),
    ]
    assert [one.name for one in waiting("Alpha")] == ["Beta"]
    assert [one.name for one in waiting(most=1)] == ["Alpha"]


def test_nobody_waits_where_first_alerts_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    counted(organisation(released_at=None).pk)
    monkeypatch.setattr(settings, "TOCSIN_FIRST_SEND_HOLD", False)
    assert waiting() == []


def test_the_first_alert_is_shown_and_nothing_is_told(home: Path) -> None:
    new = organisation(released_at=None)
    key = threat(new, 1)
    told = first_alert(new, NOW)
    assert told is not None
    content, recipient = told
    assert (content.total, recipient) == (1, "abuse@nordwind-hosting.example")
    assert not Alert.objects.exists()
    assert state_of(key)["notice"] == 1


def test_of_very_many_threats_the_first_are_shown() -> None:
    new = organisation(released_at=None)
    for number in range(MOST + 5):
        threat(new, number + 1)
    told = first_alert(new, NOW + timedelta(minutes=1))
    assert told is not None
    assert told[0].total == MOST


def test_nothing_due_is_no_alert() -> None:
    assert first_alert(organisation(released_at=None), NOW) is None

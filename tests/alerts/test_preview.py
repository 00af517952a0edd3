from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.alerts.country import NOW, organisation, threat
from tocsin.alerts.compose import compose_due, ready, waiting_now, why_not
from tocsin.alerts.freezing import thawed
from tocsin.alerts.models import Alert
from tocsin.alerts.preview import as_mail, preview
from tocsin.alerts.rules import Digests

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]


def tables() -> dict[str, Any]:
    """All rows of every table that alerts could change, by table."""
    found = {}
    with connection.cursor() as cursor:
        for name in ("threat", "alert", "alert_threat", "delivery", "procrastinate_jobs"):
            cursor.execute(f"SELECT array_agg(t::text ORDER BY t::text) FROM {name} t")
            found[name] = cursor.fetchone()
    return found


@pytest.mark.parametrize("digests", list(Digests))
def test_a_preview_changes_nothing(home: Path, digests: Digests) -> None:
    for name in ("North", "South"):
        threat(organisation(name, released_at=None), len(name) + ord(name[0]), severity=5)
    before = tables()
    told = list(preview(waiting_now(NOW), NOW, digests))
    assert len(told) == 2
    assert tables() == before
    assert not (home / "outbox").exists()


def test_a_preview_shows_what_is_then_sent() -> None:
    owner = organisation("North")
    for number in range(1, 6):
        threat(owner, number, severity=number)
    ((shown, recipient),) = preview(waiting_now(NOW), NOW)
    compose_due(ready(NOW), NOW)
    sent = thawed(Alert.objects.get().content)
    assert recipient == "abuse@north.example"
    assert shown.ticket == "TOCSIN-PREVIEW"
    assert (shown.groups, shown.severities, shown.whys) == (
        sent.groups,
        sent.severities,
        sent.whys,
    )


def test_without_a_recipient_it_is_shown_and_said() -> None:
    owner = organisation("North")
    owner.contact_set.all().delete()
    threat(owner, 1)
    (waiting,) = waiting_now(NOW)
    assert "no contact that works" in why_not(waiting)
    ((content, recipient),) = preview([waiting], NOW)
    assert recipient == ""
    assert message_from_bytes(as_mail(content, recipient))["To"]

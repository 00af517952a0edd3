from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.country import NOW, organisation, report, threat
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.models import Delivery
from tocsin.alerts.queries import (
    due,
    earlier_alerts,
    kinds_by_number,
    sources,
    unanswered,
    waiting,
)
from tocsin.alerts.rules import Round
from tocsin.constituency.models import Region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staff")]
LONG_AGO = NOW - timedelta(days=31)


@pytest.mark.parametrize(
    ("least", "reminders", "told"),
    [
        (1, True, ["news 1", "news 5", "reminder"]),
        (1, False, ["news 1", "news 5"]),
        (5, False, ["news 5"]),
        (5, True, ["news 5", "reminder"]),
    ],
)
def test_a_round_gets_what_it_asks_for(least: int, reminders: bool, told: list[str]) -> None:
    owner = organisation()
    keys = {
        threat(owner, 1, severity=1): "news 1",
        threat(owner, 2, severity=5): "news 5",
        threat(owner, 3, severity=5, notice=0, alerted_at=LONG_AGO): "reminder",
        threat(owner, 4, severity=5, notice=0, alerted_at=NOW): "told just now",
    }
    found = due({owner.pk: Round(least, reminders)}, kinds_by_number(), NOW, lock=True)
    assert sorted(keys[one.key] for one in found) == told


def test_each_organisations_round_is_its_own() -> None:
    one, two = organisation("One"), organisation("Two")
    low = threat(one, 1, severity=1)
    threat(two, 2, severity=1)
    rounds = {one.pk: Round(1, False), two.pk: Round(5, False)}
    assert [found.key for found in due(rounds, kinds_by_number(), NOW, lock=False)] == [low]


def test_who_waits_and_with_how_much() -> None:
    one, two = organisation("Beta"), organisation("Alpha", suspended=True)
    organisation("Nothing")
    for number in range(3):
        threat(one, number)
    threat(two, 9, notice=0, alerted_at=LONG_AGO)
    two.contact_set.update(bounced_at=NOW)
    assert [(o.name, o.threats, o.suspended, o.reachable) for o in waiting(NOW)] == [
        ("Alpha", 1, True, False),
        ("Beta", 3, False, True),
    ]


def test_who_has_a_key_for_a_dead_address_only_is_not_reachable() -> None:
    owner = organisation()
    owner.contact_set.create(email="k@x.example", openpgp_certificate="key", bounced_at=NOW)
    threat(owner, 1)
    (one,) = waiting(NOW)
    assert not one.reachable


def test_a_report_says_its_marking_and_where_its_rows_are() -> None:
    made = report(tlp="GREEN", segments={"scan_rdp": "a/b.parquet"})
    assert sources([made.pk, 999_999])[made.pk].segments == {"scan_rdp": "a/b.parquet"}
    assert sources([made.pk])[made.pk].tlp == "GREEN"
    assert sources([]) == {}


def test_only_mails_that_left_are_answered_by_a_reminder_the_latest_ten() -> None:
    owner = organisation()
    threat(owner, 1)
    compose_due(ready(NOW), NOW)
    sent = Delivery.objects.get()
    later = due({owner.pk: Round(1, True)}, kinds_by_number(), NOW + timedelta(days=40), lock=False)
    assert earlier_alerts(later) == {}
    Delivery.objects.update(state="sent")
    for number in range(2, 14):
        Delivery.objects.create(
            alert=sent.alert, organisation=owner, number=number, state="sent",
            message_id=f"<{number}@x.example>",
        )  # fmt: skip
    ids = earlier_alerts(later)[owner.pk]
    assert ids == tuple(f"<{number}@x.example>" for number in range(4, 14))
    assert earlier_alerts([]) == {}


@pytest.mark.parametrize(
    ("changes", "listed"),
    [
        ({}, True),
        ({"reminders": 1}, False),
        ({"alerted_at": NOW - timedelta(days=29)}, False),
        ({"notice": 2}, False),
        ({"state": 2}, False),
        ({"state": 5}, False),
        ({"state": 4}, True),
    ],
)
def test_whom_to_call_after_two_reminders(changes: dict[str, Any], listed: bool) -> None:
    north = Region.objects.create(code="n", name="North", country="XX")
    facts = {"notice": 0, "alerted_at": LONG_AGO, "reminders": 2, **changes}
    threat(organisation("One", region=north), 1, **facts)
    found = [(one.organisation, one.region, one.threats) for one in unanswered(NOW)]
    assert found == ([("One", "North", 1)] if listed else [])


def test_the_first_mail_and_two_reminders_and_never_a_third() -> None:
    """What an organisation that does not answer gets in a year, and who then calls it."""
    owner = organisation()
    threat(owner, 1, "event4_sinkhole")
    threat(owner, 2, "scan_rdp")
    mails: list[tuple[int, int, int]] = []
    for day in range(366):
        now = NOW + timedelta(days=day)
        before = Delivery.objects.count()
        compose_due(ready(now), now)
        if Delivery.objects.count() > before:
            alert = Delivery.objects.latest("pk").alert
            mails.append((day, alert.new, alert.reminders))
    assert mails == [(0, 2, 0), (7, 0, 1), (14, 0, 1), (30, 0, 1), (60, 0, 1)]
    (one,) = unanswered(NOW + timedelta(days=100))
    assert one.threats == 2

"""People are told of alerts, of mail that comes back, and of first alerts that wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.alerts.country import NOW, contact, organisation, threat
from tests.alerts.test_deliveries import Scripted, deliver
from tests.notices.announced import announced
from tocsin.alerts.channels.mail.posts import Outcome
from tocsin.alerts.compose import compose_due, ready, tell_of_releases
from tocsin.alerts.models import Alert, Delivery
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scope(home: Path) -> Iterator[None]:
    with staff_scope():
        yield


def test_an_alert_is_told_with_its_counts() -> None:
    ours = organisation()
    for number in range(3):
        threat(ours, number)
    compose_due(ready(NOW), NOW)
    counts = {"threats": 3, "new": 3, "reopened": 0, "reminders": 0, "conflicts": 0, "rejected": 0}
    assert announced() == [("alert-sent", ours.pk, Alert.objects.get().ticket, counts)]


def test_mail_that_came_back_is_the_owners_and_without_another_contact_the_analysts() -> None:
    ours = organisation()
    contact(ours, "security")
    threat(ours, 1)
    compose_due(ready(NOW), NOW)
    deliver(Scripted([Outcome.NO_SUCH_RECIPIENT]))
    first = Contact.objects.get(purpose="abuse").pk
    assert announced()[1:] == [("contact-bounced", ours.pk, str(first), {})]
    threat(ours, 2, severity=5)
    compose_due(ready(NOW), NOW)
    deliver(Scripted([Outcome.NO_SUCH_RECIPIENT]))
    failed = Delivery.objects.latest("pk")
    data = {"name": ours.name, "ticket": failed.alert.ticket}
    assert announced()[-1] == ("delivery-failed", None, str(failed.pk), data)


def test_analysts_hear_once_of_a_first_alert_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TOCSIN_FIRST_SEND_HOLD", True)
    held, known = organisation("Held", released_at=None), organisation("Known")
    organisation("Suspended", released_at=None, suspended=True)
    threat(held, 1)
    threat(known, 2)
    for _ in range(2):
        tell_of_releases(NOW)
    assert announced() == [("release-needed", None, str(held.pk), {"name": "Held"})]


def test_nobody_waits_for_a_release_where_none_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "TOCSIN_FIRST_SEND_HOLD", False)
    threat(organisation(released_at=None), 1)
    tell_of_releases(NOW)
    assert announced() == []

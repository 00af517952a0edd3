"""Threats that an organisation has passed on, and what its answers did to the next alert."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from tests.alerts.country import NOW, contact, organisation, report, threat
from tests.alerts.replies.test_by_mail import delegation
from tocsin.alerts import outcomes
from tocsin.alerts.channels.mail.parcels import content_of, parcel_of
from tocsin.alerts.channels.mail.posts import Outbox
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.alerts.freezing import thawed
from tocsin.alerts.models import Alert, AlertThreat, Delivery
from tocsin.alerts.queries import unanswered
from tocsin.alerts.rules import Digests
from tocsin.answers.models import Dispute
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.threats.states import Notice, State

pytestmark = pytest.mark.usefixtures("home", "committed_db")
DAY = timedelta(days=1)


@pytest.fixture
def owner() -> Organisation:
    with staff_scope():
        made = organisation()
        contact(made, "security")
    return made


def compose(now: datetime = NOW) -> list[Delivery]:
    """The deliveries of this run's alerts, the organisation's own last."""
    with staff_scope():
        known = list(Delivery.objects.values_list("pk", flat=True))
    compose_due(ready(now), now, Digests.AT_ONCE)
    with staff_scope():
        found = Delivery.objects.select_related("alert__delegation", "organisation", "contact")
        return sorted(found.exclude(pk__in=known), key=lambda one: one.alert.delegation_id is None)


def told(delivery: Delivery) -> set[UUID]:
    with staff_scope():
        return set(
            AlertThreat.objects.filter(alert=delivery.alert_id).values_list("key", flat=True)
        )


def test_what_is_delegated_goes_to_the_customers_contact_in_an_alert_of_its_own(
    owner: Organisation, home: Path
) -> None:
    made = delegation(owner.pk)
    with staff_scope():
        inside, outside = threat(owner, 1), threat(owner, 200)
    theirs, own = compose()
    assert (told(theirs), told(own)) == ({inside}, {outside})
    assert (theirs.recipient, theirs.alert.delegation_id) == ("it@kiosk.example", made.pk)
    assert theirs.alert.ticket != own.alert.ticket
    content = thawed(theirs.alert.content)
    assert (content.language, content.organisation, content.on_behalf) == (
        "de", "Kiosk", "Nordwind Hosting",
    )  # fmt: skip
    assert thawed(own.alert.content).passed == (("Kiosk", 1),)
    assert b"192.0.2.200" not in parcel_of(theirs, NOW).mail
    deliver_due(Outbox(home / "outbox"), lambda: NOW)
    assert len(list((home / "outbox").iterdir())) == 2


def test_what_was_passed_on_while_there_was_nothing_else_is_told_with_the_next_digest(
    owner: Organisation,
) -> None:
    delegation(owner.pk)
    with staff_scope():
        threat(owner, 1)
    assert len(compose()) == 1
    with staff_scope():
        threat(owner, 200)
        threat(owner, 2)
    _, own = compose(NOW + DAY)
    assert thawed(own.alert.content).passed == (("Kiosk", 2),)
    with staff_scope():
        threat(owner, 201)
    (own,) = compose(NOW + 2 * DAY)
    assert thawed(own.alert.content).passed == ()


def test_what_comes_back_from_a_delegations_contact_goes_to_the_organisation(
    owner: Organisation,
) -> None:
    delegation(owner.pk)
    with staff_scope():
        first, second = threat(owner, 1), threat(owner, 200)
    theirs, _ = compose()
    with staff_scope():
        outcomes.bounced(theirs, "bounced", "no such user", NOW)
        again = Delivery.objects.select_related("alert__delegation", "contact").latest("pk")
    assert again.recipient == "abuse@nordwind-hosting.example"
    content = content_of(again)
    assert (content.organisation, content.on_behalf, content.unreached) == (
        "Nordwind Hosting", "", "Kiosk",
    )  # fmt: skip
    with staff_scope():
        third = threat(owner, 3)
    (own,) = compose(NOW + DAY)
    assert told(own) == {third}
    assert own.alert.delegation_id is None
    assert {first, second}.isdisjoint(told(own))


def test_what_is_for_the_organisation_only_is_not_passed_on(owner: Organisation) -> None:
    delegation(owner.pk)
    with staff_scope():
        key = threat(owner, 1, seen_in=report(tlp="AMBER+STRICT"))
    (own,) = compose()
    assert (told(own), own.recipient) == ({key}, "abuse@nordwind-hosting.example")


def test_a_delegation_that_has_ended_passes_nothing_on(owner: Organisation) -> None:
    delegation(owner.pk, valid_to=NOW)
    with staff_scope():
        key = threat(owner, 1)
    (own,) = compose()
    assert told(own) == {key}


def state_of(key: UUID) -> tuple[int, int]:
    with staff_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT notice, reminders FROM threat WHERE key = %s", [key])
        found: tuple[int, int] = cursor.fetchone()
        return found


def test_a_contradicted_claim_is_told_once_with_what_was_said_and_then_a_person_calls(
    owner: Organisation,
) -> None:
    claimed = NOW - 3 * DAY
    with staff_scope():
        key = threat(owner, 1, state=State.CONFLICT, notice=Notice.CONFLICT, claimed_at=claimed)
    (own,) = compose()
    content = thawed(own.alert.content)
    (row,) = content.groups[0].rows
    assert (row.why, row.claimed_at) == ("conflict", claimed)
    assert (own.alert.conflicts, own.alert.threats) == (1, 1)
    assert state_of(key)[0] == Notice.NONE
    for days in (1, 7, 31, 90):
        assert compose(NOW + days * DAY) == []
    with staff_scope():
        assert [one.threats for one in unanswered(NOW + 31 * DAY)] == [1]


def test_a_rejected_objection_is_told_once_with_the_reason(owner: Organisation) -> None:
    with staff_scope():
        key = threat(owner, 1, notice=Notice.REJECTED)
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind_id FROM threat WHERE key = %s", [key])
            (kind,) = cursor.fetchone()
        Dispute.objects.create(
            organisation=owner, kind_id=kind, key=key, statement="false-positive",
            opened_at=NOW - DAY, verdict="reject", decided_at=NOW, reason="It still answers.",
        )  # fmt: skip
    (own,) = compose()
    (row,) = thawed(own.alert.content).groups[0].rows
    assert (row.why, row.verdict) == ("rejected", "It still answers.")
    assert own.alert.rejected == 1
    assert compose(NOW + DAY) == []


def test_the_delegations_of_others_change_nothing(owner: Organisation) -> None:
    with staff_scope():
        other = organisation("Other Hosting")
    delegation(other.pk)
    with staff_scope():
        key = threat(owner, 1)
    (own,) = compose()
    assert told(own) == {key}
    with staff_scope():
        assert Alert.objects.filter(delegation=None).count() == 1

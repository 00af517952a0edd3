"""What is known of one threat, in order."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from tests.alerts.country import NOW, organisation, threat
from tests.answers.test_actions import say
from tocsin.alerts.models import Alert, AlertThreat, Delivery
from tocsin.alerts.timeline import timeline as whole
from tocsin.answers.actions import decide
from tocsin.answers.rules import Verdict
from tocsin.answers.timeline import What, timeline
from tocsin.constituency.models import Organisation
from tocsin.database.scope import organisation_scope
from tocsin.intake.models import Feed, FeedDay
from tocsin.threats.models import Threat

pytestmark = pytest.mark.usefixtures("staff")


@pytest.fixture
def ours() -> Organisation:
    return organisation()


def test_everything_in_order(ours: Organisation) -> None:
    key = threat(ours, 1)
    feed = Feed.objects.get(name="shadowserver")
    for ago, state in ((9, "healthy"), (1, "healthy"), (0, "short")):
        day = NOW.date() - timedelta(days=ago)
        FeedDay.objects.create(feed=feed, kind="scan_rdp", day=day, state=state)
    say(ours, key, "false-positive", hours=1, comment="A honeypot")
    decide(key, Verdict.REJECT, "ann", "It answers.", NOW + timedelta(hours=2))
    events = timeline(None, key)
    assert [one.what for one in events] == [
        "first seen", "healthy day", "unhealthy day", "last seen",
        "answered", "disputed", "changed", "decided", "changed",
    ]  # fmt: skip
    by_what = {one.what: one for one in events}
    assert by_what[What.LAST_SEEN].detail["feed"] == "shadowserver"
    assert by_what[What.UNHEALTHY_DAY].detail["state"] == "short"
    assert by_what[What.ANSWERED].detail["comment"] == "A honeypot"
    assert by_what[What.DECIDED].detail["reason"] == "It answers."
    assert (by_what[What.CHANGED].detail["from"], by_what[What.CHANGED].detail["to"]) == (
        "disputed", "open",
    )  # fmt: skip
    assert [one.at for one in events] == sorted(one.at for one in events)


def test_with_alerts_and_how_they_left(ours: Organisation) -> None:
    key = threat(ours, 1)
    alert = Alert.objects.create(
        organisation=ours, ticket="TOCSIN-2026-000001", composed_at=NOW, csv=b""
    )
    number = Threat.objects.get(key=key).kind_id
    AlertThreat.objects.create(
        alert=alert, organisation=ours, kind_id=number, key=key, reason="new"
    )
    Delivery.objects.create(
        alert=alert, organisation=ours, recipient="abuse@ours.example", message_id="<1>",
        state="sent", sent_at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    events = whole(number, key)
    assert [one.what for one in events] == ["first seen", "last seen", "alerted", "delivered"]
    assert events[2].detail == {"ticket": "TOCSIN-2026-000001", "reason": "new"}
    assert events[3].detail["recipient"] == "abuse@ours.example"
    assert whole(None, uuid4()) == []


def test_another_organisation_reads_nothing_of_it(ours: Organisation) -> None:
    theirs = organisation("Southwind")
    key = threat(ours, 1)
    say(ours, key, "fixed")
    with organisation_scope(theirs.pk):
        assert timeline(None, key) == whole(None, key) == []
    with organisation_scope(ours.pk):
        assert "answered" in [one.what for one in whole(None, key)]


def test_whose_it_is_now_does_not_read_what_others_said(ours: Organisation) -> None:
    theirs = organisation("Southwind")
    key = threat(ours, 1)
    say(ours, key, "not-ours", comment="Ask Southwind")
    decide(key, Verdict.ASSIGN, "ann", "theirs", NOW, organisation=theirs.pk)
    with organisation_scope(theirs.pk):
        assert {one.what for one in timeline(None, key)} == {"first seen", "last seen", "changed"}
    with organisation_scope(ours.pk), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dispute JOIN answer USING (key)")
        assert cursor.fetchall(), "what they said themselves they may read"
        assert timeline(None, key) == []

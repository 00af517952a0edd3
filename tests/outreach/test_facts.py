"""What is known of an organisation, read from the tables."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.outreach.world import NOW, TODAY, Outreach, ago, counted, healthy
from tests.web.world import kind_number
from tocsin.alerts.models import Alert
from tocsin.answers.models import Answer
from tocsin.constituency.models import Contact, Organisation
from tocsin.outreach.facts import Observed, facts_of, observed
from tocsin.outreach.models import Engagement
from tocsin.outreach.rules import Facts, Seen
from tocsin.outreach.weights import weights
from tocsin.threats.models import Threat
from tocsin.threats.states import Severity


def of(whose: Organisation) -> Facts:
    return facts_of([whose.pk], NOW, weights())[whose.pk]


def alert(whose: Organisation, days: int, conflicts: int = 0) -> None:
    Alert.objects.create(
        organisation=whose, ticket=f"TOCSIN-{uuid4()}"[:32], tlp="AMBER", language="en", csv=b"",
        composed_at=NOW - timedelta(days=days), conflicts=conflicts,
    )  # fmt: skip


def said(whose: Organisation, days: int, statement: str = "acknowledged") -> None:
    Answer.objects.create(
        organisation=whose, kind_id=1, key=uuid4(), statement=statement, via="mail", name="us",
        at=NOW - timedelta(days=days), submission=uuid4(), effect="none",
    )  # fmt: skip


def test_what_is_seen_a_day_is_the_mean_of_days_whose_reports_were_healthy(
    outreach: Outreach,
) -> None:
    counted(outreach.near, range(4), 12)
    counted(outreach.near, range(7, 20), 20)
    counted(outreach.near, range(4, 6), 1)
    healthy(range(4))
    healthy(range(4, 6), state="short")
    healthy(range(7, 20))
    counted(outreach.beside, range(4), 99)
    assert of(outreach.near).seen == (Seen("scan_rdp", Severity.HIGH, 12.0, 20.0),)


def test_what_nobody_looked_for_is_not_known(outreach: Outreach) -> None:
    counted(outreach.near, range(7, 20), 20)
    healthy(range(7, 20))
    healthy(range(7), name="scan_vnc")
    assert of(outreach.near).seen == (Seen("scan_rdp", Severity.HIGH, None, 20.0),)


def test_what_was_looked_for_and_not_found_is_nought(outreach: Outreach) -> None:
    counted(outreach.near, range(7, 20), 20)
    healthy(range(20))
    assert of(outreach.near).seen == (Seen("scan_rdp", Severity.HIGH, 0.0, 20.0),)


@pytest.mark.parametrize(
    ("history", "days_now", "days_before"), [(60, 7, 28), (14, 7, 7), (7, 3, 4), (1, 1, 0)]
)
def test_of_a_short_history_the_later_half_is_now(
    outreach: Outreach, history: int, days_now: int, days_before: int
) -> None:
    healthy(range(history))
    found = observed([outreach.near.pk], NOW, weights())
    assert (found.days_now, found.days_before) == (days_now, days_before)


def test_without_any_report_nothing_is_known(outreach: Outreach) -> None:
    assert observed([outreach.near.pk], NOW, weights()) == Observed(0, 0, {})
    assert of(outreach.near) == Facts(today=TODAY)


def test_silence_begins_with_the_first_alert_after_the_last_answer(outreach: Outreach) -> None:
    for days in (50, 40, 30, 20):
        alert(outreach.near, days)
    said(outreach.near, 35)
    alert(outreach.beside, 60)
    found = of(outreach.near)
    assert (found.told, found.alerts) == (ago(30), 2)


def test_who_answered_the_last_alert_is_not_silent(outreach: Outreach) -> None:
    alert(outreach.near, 5)
    said(outreach.near, 1)
    assert of(outreach.near).told is None


def test_what_came_back_and_what_help_was_asked_for(outreach: Outreach) -> None:
    counted(outreach.near, range(3, 6), 10, reopened=2)
    counted(outreach.near, range(40, 42), 10, reopened=50)
    alert(outreach.near, 2, conflicts=3)
    alert(outreach.near, 60, conflicts=70)
    said(outreach.near, 1, "need-help")
    found = of(outreach.near)
    assert (found.came_back, found.contradicted, found.asked) == (6, 3, 1)


def test_nobody_is_reached_where_every_mail_comes_back(outreach: Outreach) -> None:
    assert not of(outreach.near).unreachable
    Contact.objects.filter(organisation=outreach.near).update(bounced_at=NOW)
    assert of(outreach.near).unreachable
    assert not of(outreach.beside).unreachable


def reminded(whose: Organisation, key: int, days: int, **other: int) -> None:
    values = {"reminders": 2, "state": 1, "notice": 0, **other}
    then = NOW - timedelta(days=days)
    Threat.objects.create(
        key=UUID(int=key), kind_id=kind_number("scan_rdp"), organisation=whose, domain="",
        address="198.18.0.1", port=1, protocol=6, tag="", asn=0, first_seen=then, last_seen=NOW,
        opened_at=then, state_since=then, alerted_at=then, times_seen=1, recurrences=0, severity=4,
        pinned=False, last_report_id=0, last_day=TODAY, **values,
    )  # fmt: skip


def test_what_stays_open_through_both_reminders_is_handed_over(outreach: Outreach) -> None:
    reminded(outreach.near, 1, 31)
    reminded(outreach.near, 2, 45)
    for key, other in enumerate(
        ({"reminders": 1}, {"reminders": 100}, {"state": 2}, {"state": 6}, {"notice": 2}), start=3
    ):
        reminded(outreach.near, key, 45, **other)
    reminded(outreach.near, 20, 29)
    reminded(outreach.beside, 21, 45)
    found = of(outreach.near)
    assert (found.reminded, found.reminded_since) == (2, ago(45))


def test_engagements_and_their_follow_ups(outreach: Outreach) -> None:
    for days, follow_up, done, off in (
        (30, 10, None, None), (20, 15, NOW, None), (5, None, None, NOW), (-3, None, None, None),
        (12, -4, None, None),
    ):  # fmt: skip
        Engagement.objects.create(
            organisation=outreach.near, way="call" if days == 12 else "visit", day=ago(days),
            follow_up_on=None if follow_up is None else ago(follow_up), followed_up_at=done,
            cancelled_at=off, made_at=NOW,
        )  # fmt: skip
    found = of(outreach.near)
    assert (found.engaged, found.engaged_way, found.follow_up) == (ago(12), "call", ago(10))
    assert of(outreach.beside).engaged is None

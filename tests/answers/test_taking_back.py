"""Answers taken back: what they did is undone, and both stay on the record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.alerts.country import NOW, organisation, threat
from tests.threats.assets import asset
from tocsin.answers.actions import answer, take_back
from tocsin.answers.models import Answer, Before, Dispute
from tocsin.answers.queries import latest
from tocsin.answers.rules import TAKEN_BACK, UNDO_FOR
from tocsin.answers.statements import Given, Outcome, Statement, Via, Who
from tocsin.answers.taking_back import NothingToTakeBackError, TakenBack, may_be_taken_back
from tocsin.answers.timeline import What, timeline
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.intake.models import Feed, FeedDay
from tocsin.threats.models import Threat, ThreatChange
from tocsin.threats.states import Notice, State

pytestmark = pytest.mark.usefixtures("staff")

DESK = Who("desk@nordwind.example", person=7)
LATER = NOW + timedelta(minutes=5)


def say(of: Organisation, key: UUID, statement: str, **changes: Any) -> Outcome:
    given = Given(key, Statement(statement), **changes)
    return answer(of.pk, [given], DESK, Via.PAGE, NOW)


def undo(of: Organisation, outcome: Outcome) -> TakenBack:
    return take_back(of.pk, outcome.submission, DESK, LATER)


def facts(key: UUID) -> dict[str, Any]:
    return dict(Threat.objects.filter(key=key).values().get())


@pytest.mark.parametrize("statement", list(Statement))
@pytest.mark.parametrize(
    "before",
    [
        {},
        {"alerted_at": NOW, "notice": Notice.NONE, "reminders": 1},
        {"state": State.REOPENED, "notice": Notice.REOPENED},
        {"state": State.CLAIMED, "notice": Notice.NONE, "claimed_at": NOW - timedelta(hours=5)},
        {"state": State.CONFLICT, "notice": Notice.CONFLICT, "claimed_at": NOW},
        {"state": State.GONE, "notice": Notice.NONE},
    ],
)
def test_the_threat_is_as_it_was(statement: Statement, before: dict[str, Any]) -> None:
    ours = organisation()
    key = threat(ours, 1, **before)
    was = facts(key)
    outcome = say(ours, key, statement)
    assert (undo(ours, outcome).taken_back, facts(key)) == (1, was)
    assert not Dispute.objects.filter(verdict="").exists()


def test_both_stay_on_the_record() -> None:
    ours = organisation()
    key = threat(ours, 1)
    outcome = say(ours, key, "fixed", comment="Firewall closed.")
    done = undo(ours, outcome)
    assert (done.taken_back, done.left, done.states) == (1, 0, {"open": 1})
    kept = Answer.objects.order_by("pk").values_list("statement", "submission", "person_id", "at")
    assert list(kept) == [
        ("fixed", outcome.submission, 7, NOW), (TAKEN_BACK, outcome.submission, 7, LATER)
    ]  # fmt: skip
    changes = ThreatChange.objects.order_by("pk").values_list("from_state", "to_state", "at")
    assert list(changes) == [
        (State.OPEN, State.CLAIMED, NOW), (State.CLAIMED, State.OPEN, LATER)
    ]  # fmt: skip
    entry = Entry.objects.get()
    assert (entry.actor, entry.action, entry.detail["threats"]) == (
        "person 7", "answers taken back", 1,
    )  # fmt: skip


def test_taking_back_is_no_observation() -> None:
    ours = organisation()
    key = threat(ours, 1, state=State.CONFLICT, notice=0, claimed_at=NOW - timedelta(days=3))
    undo(ours, say(ours, key, "fixed"))
    assert facts(key)["state"] == State.CONFLICT
    assert What.SEEN_AGAIN not in {one.what for one in timeline(None, key)}


def test_the_same_words_can_be_said_again_afterwards() -> None:
    ours = organisation()
    key = threat(ours, 1)
    undo(ours, say(ours, key, "customer-told"))
    assert say(ours, key, "customer-told").taken == 1


def test_what_was_re_routed_comes_back_and_can_be_asked_again() -> None:
    asset("Carrier", "192.0.2.0/24")
    asset("Hoster", "192.0.2.0/28")
    carrier, hoster = (Organisation.objects.get(name=name) for name in ("Carrier", "Hoster"))
    key = threat(hoster, 1, alerted_at=NOW, notice=0)
    was = facts(key)
    outcome = say(hoster, key, "not-ours")
    assert facts(key)["organisation_id"] == carrier.pk
    undo(hoster, outcome)
    assert facts(key) == was
    Threat.objects.filter(key=key).update(organisation=carrier)
    assert say(carrier, key, "not-ours").effects == {"re-routed": 1}
    assert facts(key)["organisation_id"] == hoster.pk


def _told(key: UUID, ours: Organisation) -> None:
    Threat.objects.filter(key=key).update(notice=0, alerted_at=LATER)


def _answered(key: UUID, ours: Organisation) -> None:
    answer(ours.pk, [Given(key, Statement.ACKNOWLEDGED)], DESK, Via.API, LATER)


def _seen_again(key: UUID, ours: Organisation) -> None:
    Threat.objects.filter(key=key).update(state=State.CONFLICT, notice=Notice.CONFLICT)


def _moved(key: UUID, ours: Organisation) -> None:
    Threat.objects.filter(key=key).update(organisation=organisation("Southwind"))


@pytest.mark.parametrize("happens", [_told, _answered, _seen_again, _moved])
def test_what_has_happened_since_stands(happens: Callable[[UUID, Organisation], None]) -> None:
    ours = organisation()
    keys = [threat(ours, number) for number in (1, 2)]
    given = [Given(key, Statement.FIXED) for key in keys]
    outcome = answer(ours.pk, given, DESK, Via.PAGE, NOW)
    happens(keys[0], ours)
    stands = facts(keys[0])
    done = undo(ours, outcome)
    assert (done.taken_back, done.left) == (1, 1)
    assert facts(keys[0]) == stands
    assert facts(keys[1])["state"] == State.OPEN


def test_a_later_answer_stands_where_neither_changed_anything() -> None:
    ours = organisation()
    key = threat(ours, 1)
    outcome = say(ours, key, "acknowledged")
    _answered(key, ours)
    assert undo(ours, outcome).taken_back == 1  # the same words again were not kept
    outcome = say(ours, key, "customer-told")
    say(ours, key, "need-help")
    assert undo(ours, outcome).left == 1


def test_an_answer_on_a_disputed_threat_stands() -> None:
    ours = organisation()
    key = threat(ours, 1)
    say(ours, key, "false-positive")
    outcome = say(ours, key, "fixed")
    with pytest.raises(NothingToTakeBackError):
        undo(ours, outcome)
    assert facts(key)["state"] == State.CLAIMED


def test_what_is_no_dispute_any_more_is_judged_by_the_days_since() -> None:
    ours = organisation()
    key = threat(ours, 1, state=State.CONFLICT, notice=0, claimed_at=NOW)
    outcome = say(ours, key, "false-positive")
    feed = Feed.objects.get(name="shadowserver")
    for day in range(4):
        FeedDay.objects.create(
            feed=feed, kind="scan_rdp", day=(NOW + timedelta(days=day - 1)).date(), rows=9,
            usual=9, state="healthy", swept=True,
        )  # fmt: skip
    undo(ours, outcome)
    assert facts(key)["state"] == State.GONE


@pytest.mark.parametrize("which", ["twice", "late", "theirs"])
def test_what_cannot_be_taken_back(which: str) -> None:
    ours, theirs = organisation(), organisation("Southwind")
    key = threat(ours, 1)
    outcome = say(ours, key, "fixed")
    if which == "twice":
        undo(ours, outcome)
    stands = facts(key)
    of, when = (theirs if which == "theirs" else ours), LATER
    if which == "late":
        when = NOW + UNDO_FOR
    assert may_be_taken_back(of.pk, outcome.submission, when) == 0
    with pytest.raises(NothingToTakeBackError):
        take_back(of.pk, outcome.submission, DESK, when)
    assert facts(key) == stands


def test_what_is_too_late_is_forgotten_with_the_next_answer() -> None:
    ours = organisation()
    say(ours, threat(ours, 1), "fixed")
    given = [Given(threat(ours, 2), Statement.FIXED)]
    answer(ours.pk, given, DESK, Via.API, NOW + UNDO_FOR)
    assert not Before.objects.exists()


def test_the_latest_answer_is_one_that_stands() -> None:
    ours = organisation()
    key = threat(ours, 1)
    say(ours, key, "acknowledged", comment="Looking.")
    outcome = say(ours, key, "customer-told")
    assert latest([key])[key].statement is Statement.CUSTOMER_TOLD
    undo(ours, outcome)
    said = latest([key], ours.pk)[key]
    assert (said.statement, said.comment, said.by) == (
        Statement.ACKNOWLEDGED, "Looking.", DESK.name,
    )  # fmt: skip
    assert latest([key], organisation("Southwind").pk) == {}

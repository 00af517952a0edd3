"""Answers taken: what they do, what is refused, and what is said twice."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.alerts.country import NOW, organisation, threat
from tests.threats.assets import asset
from tocsin.answers.actions import answer
from tocsin.answers.models import Answer, Dispute
from tocsin.answers.statements import Given, Outcome, Reason, Statement, Via, Who
from tocsin.constituency.models import Organisation
from tocsin.threats.models import Threat, ThreatChange
from tocsin.threats.states import NO_MORE_REMINDERS, Notice, State

pytestmark = pytest.mark.usefixtures("staff")

DESK = Who("desk@nordwind.example")


def say(of: Organisation, key: UUID, statement: str, hours: int = 0, **changes: Any) -> Outcome:
    given = Given(key, Statement(statement), **changes)
    return answer(of.pk, [given], DESK, Via.API, NOW + timedelta(hours=hours))


def now(key: UUID) -> Threat:
    return Threat.objects.get(key=key)


def test_fixed_is_a_claim() -> None:
    ours = organisation()
    key = threat(ours, 1)
    outcome = say(ours, key, "fixed", comment="Firewall closed.")
    assert (outcome.taken, outcome.states, outcome.refused) == (1, {"claimed": 1}, ())
    one = now(key)
    assert (one.state, one.claimed_at, one.state_since) == (State.CLAIMED, NOW, NOW)
    assert one.notice == Notice.NONE
    kept = Answer.objects.get()
    assert (kept.comment, kept.effect, kept.submission) == (
        "Firewall closed.", "claimed", outcome.submission,
    )  # fmt: skip
    change = ThreatChange.objects.get()
    assert (change.from_state, change.to_state, change.at) == (State.OPEN, State.CLAIMED, NOW)


def test_said_to_be_fixed_before_it_was_seen_is_a_conflict() -> None:
    ours = organisation()
    key = threat(ours, 1)
    say(ours, key, "fixed", since=NOW - timedelta(days=1, hours=12))
    one = now(key)
    assert (one.state, one.notice, one.state_since) == (
        State.CONFLICT, Notice.CONFLICT, one.last_seen,
    )  # fmt: skip


def test_a_claim_cannot_begin_before_what_it_is_about() -> None:
    ours = organisation()
    key = threat(ours, 1, last_seen=NOW - timedelta(days=2))
    say(ours, key, "fixed", since=NOW - timedelta(days=90))
    assert (now(key).state, now(key).claimed_at) == (State.CLAIMED, now(key).opened_at)
    assert Answer.objects.get().since == NOW - timedelta(days=90)


@pytest.mark.parametrize("statement", ["acknowledged", "customer-told", "need-help"])
def test_other_statements_are_kept_and_change_nothing(statement: str) -> None:
    ours = organisation()
    key = threat(ours, 1)
    before = Threat.objects.filter(key=key).values().get()
    assert say(ours, key, statement).states == {"open": 1}
    assert Threat.objects.filter(key=key).values().get() == before
    assert Answer.objects.get().effect == "none"


def test_who_will_not_fix_is_not_reminded() -> None:
    ours = organisation()
    key = threat(ours, 1)
    say(ours, key, "will-not-fix")
    assert (now(key).state, now(key).reminders, now(key).notice) == (
        State.OPEN, NO_MORE_REMINDERS, Notice.NONE,
    )  # fmt: skip


def test_a_false_positive_waits_for_an_analyst() -> None:
    ours = organisation()
    key = threat(ours, 1)
    say(ours, key, "false-positive", comment="A honeypot of ours")
    dispute = Dispute.objects.get()
    assert (dispute.key, dispute.statement, dispute.feed) == (key, "false-positive", "shadowserver")
    assert now(key).state == State.DISPUTED
    say(ours, key, "not-ours", hours=1)
    assert Dispute.objects.get().statement == "not-ours"
    say(ours, key, "fixed", hours=2)
    assert (now(key).state, Dispute.objects.get().verdict) == (State.CLAIMED, "withdrawn")


def test_not_ours_goes_to_the_next_in_order_and_then_to_an_analyst() -> None:
    asset("Carrier", "192.0.2.0/24")
    asset("Hoster", "192.0.2.0/28")
    carrier, hoster = (Organisation.objects.get(name=name) for name in ("Carrier", "Hoster"))
    key = threat(hoster, 1, alerted_at=NOW, reminders=1, notice=0)
    assert say(hoster, key, "not-ours").effects == {"re-routed": 1}
    one = now(key)
    assert (one.organisation_id, one.pinned, one.alerted_at) == (carrier.pk, True, None)
    assert (one.state, one.notice, one.reminders) == (State.OPEN, Notice.NEW, 0)
    assert say(carrier, key, "not-ours", hours=1).states == {"disputed": 1}
    assert now(key).organisation_id == carrier.pk
    assert Dispute.objects.get().organisation_id == carrier.pk


def test_what_a_former_organisation_says_is_kept_and_does_nothing() -> None:
    asset("Carrier", "192.0.2.0/24")
    asset("Hoster", "192.0.2.0/28")
    hoster = Organisation.objects.get(name="Hoster")
    key = threat(hoster, 1)
    say(hoster, key, "not-ours")
    again = say(hoster, key, "not-ours", hours=1)
    assert (again.unchanged, again.taken, again.states) == (1, 0, {})
    assert say(hoster, key, "fixed", hours=2).taken == 1
    assert now(key).state == State.OPEN
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("state", [State.GONE, State.LOST, State.DISMISSED])
@pytest.mark.parametrize("statement", list(Statement))
def test_what_is_over_stays_over(state: State, statement: Statement) -> None:
    ours = organisation()
    key = threat(ours, 1, state=state, notice=0)
    outcome = say(ours, key, statement.value)
    assert outcome.states == {state.name.lower(): 1}
    assert (now(key).state, now(key).notice) == (state, 0)
    assert Answer.objects.count() == 1
    assert not ThreatChange.objects.exists()


@pytest.mark.parametrize("statement", list(Statement))
def test_the_same_words_again_are_not_kept_twice(statement: Statement) -> None:
    ours = organisation()
    key = threat(ours, 1)
    say(ours, key, statement.value, comment="So it is.")
    after = Threat.objects.filter(key=key).values().get()
    again = say(ours, key, statement.value, hours=1, comment="So it is.")
    assert (again.taken, again.unchanged) == (0, 1)
    assert Threat.objects.filter(key=key).values().get() == after
    assert say(ours, key, statement.value, hours=2, comment="Really.").taken == 1
    assert Answer.objects.count() == 2


def test_the_same_claim_after_a_conflict_is_a_new_one() -> None:
    ours = organisation()
    key = threat(ours, 1)
    say(ours, key, "fixed")
    Threat.objects.filter(key=key).update(state=State.CONFLICT, notice=Notice.CONFLICT)
    assert say(ours, key, "fixed", hours=30).taken == 1
    assert (now(key).state, now(key).claimed_at) == (State.CLAIMED, NOW + timedelta(hours=30))


def test_strangers_threats_and_none_at_all_are_refused_alike() -> None:
    ours, theirs = organisation(), organisation("Southwind")
    key, nothing = threat(theirs, 1), uuid4()
    before = Threat.objects.filter(key=key).values().get()
    given = [
        Given(key, Statement.NOT_OURS, row=2),
        Given(nothing, Statement.FIXED, row=3),
        Given(key, Statement.FIXED, row=4),
    ]
    outcome = answer(ours.pk, given, DESK, Via.UPLOAD, NOW)
    assert [(one.row, one.reason) for one in outcome.refused] == [
        (2, Reason.REPEATED), (3, Reason.UNKNOWN), (4, Reason.UNKNOWN),
    ]  # fmt: skip
    assert len({one.detail for one in outcome.refused[1:]}) == 1
    assert Threat.objects.filter(key=key).values().get() == before
    assert (outcome.taken, Answer.objects.count()) == (0, 0)


def test_what_is_wrong_is_refused_and_the_rest_taken() -> None:
    ours = organisation()
    keys = [threat(ours, number) for number in range(1, 5)]
    outcome = answer(
        ours.pk,
        [
            Given(keys[0], Statement.FIXED, since=NOW + timedelta(hours=1), row=2),
            Given(keys[1], Statement.FIXED, comment="x" * 2001, row=3),
            Given(keys[2], Statement.ACKNOWLEDGED, row=4),
            Given(keys[2], Statement.FIXED, row=5),
            Given(keys[3], Statement.FIXED, comment="a\0b\ud800", row=6),
            Given(keys[3], Statement.FIXED, comment="a\0b\ud800", row=7),
        ],
        DESK,
        Via.MAIL,
        NOW,
    )
    assert [(one.row, one.reason, one.threat) for one in outcome.refused] == [
        (2, Reason.FUTURE, str(keys[0])),
        (3, Reason.LONG, str(keys[1])),
        (4, Reason.REPEATED, str(keys[2])),
    ]
    assert (outcome.taken, outcome.unchanged) == (2, 1)
    assert [now(key).state for key in keys] == [1, 1, 2, 2]
    assert Answer.objects.get(key=keys[3]).comment == "ab?"


def test_a_thousand_at_once() -> None:
    """Threats of several kinds, current and past, another's among them; in any order."""
    ours, theirs = organisation(), organisation("Southwind")
    kinds = ("scan_rdp", "scan_ssh", "event4_sinkhole")
    keys = [
        threat(ours, number, kinds[number % 3], state=State.GONE if number % 5 == 0 else 1)
        for number in range(999)
    ]
    foreign = threat(theirs, 7, "scan_ssl")
    given = [Given(key, Statement.FIXED, row=at) for at, key in enumerate([*keys, foreign])]
    outcome = answer(ours.pk, given[::-1], DESK, Via.UPLOAD, NOW)
    assert outcome.states == {"claimed": 799, "gone": 200}
    assert outcome.effects == {"claimed": 799, "remembered": 200}
    assert [one.row for one in outcome.refused] == [999]
    again = answer(ours.pk, given, DESK, Via.UPLOAD, NOW + timedelta(hours=1))
    assert (again.taken, again.unchanged, len(again.refused)) == (0, 999, 1)
    assert Answer.objects.count() == 999


def test_every_change_is_kept_also_where_the_same_claim_is_made_again() -> None:
    ours = organisation()
    key = threat(ours, 1)
    since = NOW - timedelta(hours=3)
    for hours, statement in enumerate(("fixed", "false-positive", "fixed")):
        say(ours, key, statement, hours, since=since)
    states = ThreatChange.objects.order_by("pk").values_list("from_state", "to_state")
    assert list(states) == [
        (State.OPEN, State.CLAIMED), (State.CLAIMED, State.DISPUTED),
        (State.DISPUTED, State.CLAIMED),
    ]  # fmt: skip


def test_not_ours_never_goes_to_who_is_suspended() -> None:
    asset("Transit", "192.0.0.0/16")
    asset("Carrier", "192.0.2.0/24")
    asset("Hoster", "192.0.2.0/28")
    Organisation.objects.filter(name="Carrier").update(suspended=True)
    hoster = Organisation.objects.get(name="Hoster")
    key = threat(hoster, 1)
    say(hoster, key, "not-ours")
    assert now(key).organisation_id == Organisation.objects.get(name="Transit").pk


def test_a_dispute_is_of_who_says_so_last() -> None:
    """The threat was given to another organisation while the first one's dispute waited."""
    ours, theirs = organisation(), organisation("Southwind")
    key = threat(ours, 1)
    say(ours, key, "not-ours")
    Threat.objects.filter(key=key).update(organisation_id=theirs.pk)
    say(theirs, key, "false-positive")
    dispute = Dispute.objects.get()
    assert (dispute.organisation_id, dispute.statement) == (theirs.pk, "false-positive")

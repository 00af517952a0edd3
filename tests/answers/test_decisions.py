"""What analysts decide, and how a dismissal ends."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.alerts.country import NOW, organisation, report_of, threat
from tests.answers.test_actions import now, say
from tocsin.answers.actions import decide
from tocsin.answers.decisions import end_dismissals
from tocsin.answers.models import Dispute
from tocsin.answers.rules import Verdict
from tocsin.audit.models import Entry
from tocsin.constituency.models import Organisation
from tocsin.errors import TocsinError
from tocsin.intake.models import Feed, FeedDay
from tocsin.threats.models import Threat, ThreatChange
from tocsin.threats.states import Notice, State

pytestmark = pytest.mark.usefixtures("staff")

LATER = NOW + timedelta(hours=2)
ANALYST = "ann@authority.example"


@pytest.fixture
def ours() -> Organisation:
    return organisation()


@pytest.fixture
def key(ours: Organisation) -> UUID:
    made = threat(ours, 1, notice=0, alerted_at=NOW - timedelta(days=1))
    say(ours, made, "false-positive", comment="A honeypot")
    return made


def test_confirmed_it_is_dismissed_for_half_a_year(key: UUID) -> None:
    decide(key, Verdict.CONFIRM, ANALYST, "they run a honeypot there", LATER)
    dispute = Dispute.objects.get()
    assert (now(key).state, now(key).notice) == (State.DISMISSED, Notice.NONE)
    assert (dispute.verdict, dispute.until) == ("confirm", LATER + timedelta(days=180))
    entry = Entry.objects.get(action="dispute decided")
    assert (entry.actor, entry.subject, entry.detail["verdict"]) == (ANALYST, str(key), "confirm")
    change = ThreatChange.objects.get(to_state=State.DISMISSED)
    assert (change.from_state, change.at) == (State.DISPUTED, LATER)


@pytest.mark.parametrize("state", [State.OPEN, State.REOPENED])
def test_rejected_it_is_what_it_was_and_told_with_the_reason(
    ours: Organisation, state: State
) -> None:
    key = threat(ours, 2, state=state, notice=0, alerted_at=NOW)
    opened = now(key).opened_at
    if state is State.REOPENED:
        ThreatChange.objects.create(
            kind_id=now(key).kind_id, key=key, organisation=ours, at=opened, recorded_at=NOW,
            from_state=State.GONE, to_state=state, cause="observed again",
        )  # fmt: skip
    say(ours, key, "false-positive")
    decide(key, Verdict.REJECT, ANALYST, "Port 3389 answers still.", LATER)
    one = now(key)
    assert (one.state, one.notice, one.state_since) == (state, Notice.REJECTED, opened)
    assert one.organisation_id == ours.pk
    assert Dispute.objects.get(key=key).reason == "Port 3389 answers still."


def test_who_was_not_told_of_it_is_told_of_a_threat(ours: Organisation, key: UUID) -> None:
    """Intake gave it to another organisation while it was disputed."""
    theirs = organisation("Southwind")
    Threat.objects.filter(key=key).update(organisation_id=theirs.pk, notice=Notice.NEW)
    decide(key, Verdict.REJECT, ANALYST, "It is one.", LATER)
    assert (now(key).notice, now(key).organisation_id) == (Notice.NEW, theirs.pk)


def test_assigned_it_is_news_to_another_and_stays_there(key: UUID) -> None:
    theirs = organisation("Southwind")
    decide(key, Verdict.ASSIGN, ANALYST, "", LATER, organisation=theirs.pk)
    one = now(key)
    assert (one.organisation_id, one.pinned, one.alerted_at) == (theirs.pk, True, None)
    assert (one.state, one.notice) == (State.OPEN, Notice.NEW)
    assert Entry.objects.get(action="dispute decided").detail["organisation"] == theirs.pk


def test_nobodys(key: UUID) -> None:
    decide(key, Verdict.NOBODY, ANALYST, "", LATER)
    assert (now(key).organisation_id, now(key).pinned, now(key).state) == (None, True, State.OPEN)


@pytest.mark.parametrize(
    ("verdict", "changes", "said"),
    [
        (Verdict.REJECT, {"reason": " "}, "needs a reason"),
        (Verdict.ASSIGN, {}, "cannot be assigned"),
        (Verdict.ASSIGN, {"organisation": 999_999}, "no organisation"),
        (Verdict.CONFIRM, {"until": NOW}, "ended already"),
    ],
)
def test_what_cannot_be(key: UUID, verdict: Verdict, changes: dict[str, object], said: str) -> None:
    asked: dict[str, object] = {"reason": "so", **changes}
    with pytest.raises(TocsinError, match=said):
        decide(key, verdict, ANALYST, now=LATER, **asked)  # type: ignore[arg-type]
    assert now(key).state == State.DISPUTED


def test_what_is_not_disputed_is_not_decided(ours: Organisation, key: UUID) -> None:
    decide(key, Verdict.CONFIRM, ANALYST, "", LATER)
    for each in (key, threat(ours, 2), uuid4()):
        with pytest.raises(TocsinError, match="is not disputed"):
            decide(each, Verdict.REJECT, ANALYST, "so", LATER)


def test_not_theirs_is_no_false_positive(ours: Organisation) -> None:
    key = threat(ours, 2)
    say(ours, key, "not-ours")
    with pytest.raises(TocsinError, match="only that it is not theirs"):
        decide(key, Verdict.CONFIRM, ANALYST, "", LATER)


@pytest.mark.parametrize("seen", [True, False])
def test_a_dismissal_ends(key: UUID, seen: bool) -> None:
    until = LATER + timedelta(days=10)
    decide(key, Verdict.CONFIRM, ANALYST, "", LATER, until=until)
    if seen:
        Threat.objects.filter(key=key).update(last_seen=LATER + timedelta(days=3))
    assert end_dismissals(until - timedelta(seconds=1)) == 0
    assert end_dismissals(until) == 1
    state, notice = (State.OPEN, Notice.NEW) if seen else (State.LOST, Notice.NONE)
    assert (now(key).state, now(key).notice) == (state, notice)
    assert ThreatChange.objects.get(from_state=State.DISMISSED).to_state == state
    assert end_dismissals(until + timedelta(days=1)) == 0


def days(*numbers: int) -> None:
    feed = Feed.objects.get_or_create(name="shadowserver")[0]
    for number in numbers:
        FeedDay.objects.create(
            feed=feed, kind="scan_rdp", day=NOW.date() + timedelta(days=number), rows=30,
            state="healthy", swept=True,
        )  # fmt: skip


def test_what_went_by_meanwhile_is_taken_into_account(staff: Path, key: UUID) -> None:
    """The sweep passes over disputed threats; two healthy scans were without this one."""
    days(-1, 1, 2)
    decide(key, Verdict.REJECT, ANALYST, "It was one.", NOW + timedelta(days=4))
    assert (now(key).state, now(key).notice) == (State.GONE, Notice.NONE)
    assert now(key).state_since.date() == NOW.date() + timedelta(days=3)


def test_a_dispute_taken_back_is_judged_by_what_went_by(ours: Organisation, key: UUID) -> None:
    days(-1, 1, 2)
    say(ours, key, "fixed", hours=96)
    assert (now(key).state, now(key).claimed_at) == (State.GONE, NOW + timedelta(days=4))


def test_a_dismissed_threat_stays_so_whatever_the_days_say(key: UUID) -> None:
    decide(key, Verdict.CONFIRM, ANALYST, "", LATER)
    days(-1, 1, 2)
    FeedDay.objects.update(swept=False)
    from tocsin.threats.sweep import sweep_all

    sweep_all(NOW + timedelta(days=4))
    assert now(key).state == State.DISMISSED
    assert report_of("scan_rdp").pk == now(key).last_report_id

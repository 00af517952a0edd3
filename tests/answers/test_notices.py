"""People are told of disputes, decisions, contradictions and their customers' answers."""

from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.country import NOW, organisation, threat
from tests.answers.test_actions import now, say
from tests.answers.test_delegations import SHOP, made
from tests.notices.announced import announced
from tests.threats.assets import asset
from tocsin.answers.actions import answer, decide
from tocsin.answers.rules import Verdict
from tocsin.answers.statements import Given, Statement, Via, Who
from tocsin.constituency.models import Organisation
from tocsin.threats.bulk import contradict
from tocsin.threats.states import State

pytestmark = pytest.mark.usefixtures("staff")
HOUR = timedelta(hours=1)


def test_a_dispute_is_the_analysts_and_its_decision_the_desks() -> None:
    ours = organisation()
    key = threat(ours, 1, notice=0, alerted_at=NOW)
    say(ours, key, "false-positive")
    ((kind, whose, _, data),) = announced()
    assert (kind, whose, data) == ("dispute-opened", None, {"name": ours.name, "threats": 1})
    decide(key, Verdict.REJECT, "ann", "still there", NOW + HOUR)
    assert announced()[1:] == [("dispute-decided", ours.pk, str(key), {"verdict": "reject"})]


def test_an_answer_that_disputes_nothing_is_no_news() -> None:
    ours = organisation()
    say(ours, threat(ours, 1, notice=0, alerted_at=NOW), "fixed")
    assert announced() == []


def test_a_contradicted_claim_is_told_once() -> None:
    ours = organisation()
    claimed: dict[str, Any] = {
        "state": State.CLAIMED, "notice": 0, "claimed_at": NOW - timedelta(days=9),
    }  # fmt: skip
    key = threat(ours, 1, last_seen=NOW, **claimed)
    for _ in range(2):
        contradict(now(key).kind_id, NOW, NOW)
    ((kind, whose, subject, data),) = announced()
    assert (kind, whose, subject) == ("claim-contradicted", ours.pk, "scan_rdp")
    assert data["threats"] == 1
    assert "RDP" in data["title"]


def test_a_customers_answer_is_told_to_whoever_passed_the_threat_on() -> None:
    number = asset("Carrier", "192.0.2.0/24")
    carrier = Organisation.objects.get(pk=number)
    delegation = made(carrier, "192.0.2.0/26")
    key = threat(carrier, "192.0.2.5", notice=0, alerted_at=NOW)
    who = Who(SHOP.email, delegation=delegation)
    answer(carrier.pk, [Given(key, Statement.FIXED)], who, Via.LINK, NOW + HOUR)
    ((kind, whose, _, data),) = announced()
    assert (kind, whose, data) == ("delegate-answered", carrier.pk, {"answers": 1})

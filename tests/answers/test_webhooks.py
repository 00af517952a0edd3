"""What organisations say, and what becomes of it, is told to webhooks."""

from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.country import NOW, organisation, threat
from tests.answers.test_actions import now, say
from tests.webhooks.conftest import webhook
from tocsin.answers.actions import decide
from tocsin.answers.rules import Verdict
from tocsin.threats.bulk import contradict
from tocsin.threats.states import State
from tocsin.webhooks.models import WebhookEvent

pytestmark = pytest.mark.usefixtures("staff")
EVENTS = ["answer.recorded", "threat.conflict", "dispute.decided"]


def told(kind: str) -> list[tuple[int | None, dict[str, object]]]:
    found = WebhookEvent.objects.filter(type=kind).order_by("pk")
    return list(found.values_list("organisation", "data"))


def test_an_answer_and_the_decision_on_it() -> None:
    ours = organisation()
    webhook(ours, EVENTS)
    key = threat(ours, 1, notice=0, alerted_at=NOW)
    say(ours, key, "false-positive")
    ((whose, data),) = told("answer.recorded")
    assert (whose, data["answers"], data["states"]) == (ours.pk, 1, {"disputed": 1})
    decide(key, Verdict.CONFIRM, "ann", "a honeypot", NOW + timedelta(hours=1))
    assert told("dispute.decided") == [
        (
            ours.pk,
            {
                "organisation": ours.pk,
                "threat": f"/api/v1/threats/{key}",
                "statement": "false-positive",
                "verdict": "confirm",
            },
        )
    ]


def test_a_contradicted_claim_is_told_once() -> None:
    ours = organisation()
    webhook(ours, EVENTS)
    claimed: dict[str, Any] = {
        "state": State.CLAIMED,
        "notice": 0,
        "claimed_at": NOW - timedelta(days=9),
    }
    key = threat(ours, 1, last_seen=NOW, **claimed)
    for _ in range(2):
        contradict(now(key).kind_id, NOW, NOW)
    assert now(key).state == State.CONFLICT
    data = {"organisation": ours.pk, "kind": "scan_rdp", "threats": 1}
    assert told("threat.conflict") == [(ours.pk, data)]

"""What is told of answers, conflicts and decisions."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.webhooks.conftest import NOW, webhook
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.webhooks import announcements
from tocsin.webhooks.models import WebhookEvent

pytestmark = pytest.mark.django_db
THREAT = UUID(int=7)


def told() -> list[tuple[int | None, str, object]]:
    with staff_scope():
        return list(WebhookEvent.objects.order_by("pk").values_list("organisation", "type", "data"))


def test_a_submission_is_told_once_with_its_counts(nordwind: Organisation) -> None:
    webhook(nordwind, ["answer.recorded"])
    states = {"claimed": 4, "disputed": 1}
    announcements.answers_recorded(nordwind.pk, THREAT, "mail", 5, states, NOW)
    announcements.answers_recorded(nordwind.pk, THREAT, "mail", 0, {}, NOW)
    data = {
        "organisation": nordwind.pk, "submission": str(THREAT), "via": "mail", "answers": 5,
        "states": states,
    }  # fmt: skip
    assert told() == [(nordwind.pk, "answer.recorded", data)]


def test_conflicts_are_told_to_each_organisation_with_its_own(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    webhook(None, ["threat.conflict"])
    announcements.claims_contradicted("scan_rdp", {nordwind.pk: 3, suedwind.pk: 1}, NOW)
    assert [(whose, data["threats"]) for whose, _, data in told()] == [  # type: ignore[index]
        (nordwind.pk, 3), (suedwind.pk, 1),
    ]  # fmt: skip


def test_where_there_is_no_conflict_nothing_is_asked(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        announcements.claims_contradicted("scan_rdp", {}, NOW)
    assert not asked.captured_queries


def test_a_decision_is_told_to_who_disputed(nordwind: Organisation) -> None:
    webhook(nordwind, ["dispute.decided"])
    announcements.dispute_decided(nordwind.pk, THREAT, "false-positive", "confirm", NOW)
    data = {
        "organisation": nordwind.pk, "threat": f"/api/v1/threats/{THREAT}",
        "statement": "false-positive", "verdict": "confirm",
    }  # fmt: skip
    assert told() == [(nordwind.pk, "dispute.decided", data)]

"""Rounds of deliveries, with the other side played: order, bounds, failures, and who is told."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.webhooks.conftest import ALERT, NOW, URL, public, webhook
from tocsin.access.models import Person
from tocsin.audit.models import Entry
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.scope import staff_scope
from tocsin.webhooks import actions, endpoints
from tocsin.webhooks.actions import emit
from tocsin.webhooks.deliveries import MORE, Bounds, body_of, deliver_due
from tocsin.webhooks.endpoints import Changes
from tocsin.webhooks.models import Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from tocsin.webhooks.rules import Answer
from tocsin.webhooks.signing import signature

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


class Endpoint:
    """Takes what is sent; answers as told, by URL."""

    def __init__(self, *answers: Answer, slow: Callable[[str], None] = lambda url: None) -> None:
        self.answers = list(answers) or [Answer(200)]
        self.slow = slow
        self.got: list[tuple[str, bytes, Mapping[str, str]]] = []
        self.lock = threading.Lock()

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.slow(url)
        with self.lock:
            self.got.append((url, body, headers))
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def messages(self) -> list[str]:
        return [headers["webhook-id"] for _, _, headers in self.got]


def go(endpoint: Endpoint, now: datetime = NOW, **bounds: float) -> dict[str, int]:
    return dict(deliver_due(endpoint, lambda: now, lambda: 0.5, Bounds(**bounds)))  # type: ignore[arg-type]


def only() -> WebhookDelivery:
    with staff_scope():
        return WebhookDelivery.objects.select_related("webhook", "event").get()


def attempts() -> list[tuple[int, str]]:
    with staff_scope():
        return list(WebhookAttempt.objects.order_by("pk").values_list("status", "error"))


def test_what_is_sent_is_signed_and_recorded(nordwind: Organisation) -> None:
    _, secret = endpoints.add(nordwind.pk, URL, [ALERT], "ann", NOW, ask=public)
    emit(nordwind.pk, ALERT, {"ticket": "T-1", "name": "Süd"}, NOW)
    endpoint = Endpoint(Answer(204, milliseconds=12))
    assert go(endpoint, NOW + SECOND) == {"delivered": 1}
    ((url, body, headers),) = endpoint.got
    sent = only()
    assert url == URL
    assert json.loads(body) == {
        "type": ALERT, "timestamp": "2026-03-02T09:00:00Z",
        "data": {"ticket": "T-1", "name": "Süd"},
    }  # fmt: skip
    stamp = int((NOW + SECOND).timestamp())
    assert headers == {
        "webhook-id": f"msg_{sent.event.public_id.hex}",
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(secret, sent.event.message_id, stamp, body),
    }
    assert (sent.state, sent.attempts, sent.status, sent.milliseconds, sent.delivered_at) == (
        "delivered", 1, 204, 12, NOW + SECOND,
    )  # fmt: skip
    assert attempts() == [(204, "")]
    assert go(endpoint, NOW + DAY) == {}


def test_the_body_is_the_same_in_every_attempt(nordwind: Organisation) -> None:
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {"b": 1, "a": {"d": 2, "c": 3}}, NOW)
    endpoint = Endpoint(Answer(500), Answer(200))
    go(endpoint)
    go(endpoint, NOW + DAY)
    actions.replay_event(only().webhook, only().event.public_id, NOW + 2 * DAY)
    go(endpoint, NOW + 2 * DAY)
    assert len({body for _, body, _ in endpoint.got}) == 1
    assert len(set(endpoint.messages)) == 1
    assert len({headers["webhook-signature"] for *_, headers in endpoint.got}) == 3


def test_a_failure_is_tried_again_when_its_time_has_come(nordwind: Organisation) -> None:
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    endpoint = Endpoint(Answer(500, "answered with 500"), Answer(0, "no answer"), Answer(200))
    assert go(endpoint) == {"queued": 1}
    assert only().next_attempt_at == NOW + 30 * SECOND
    assert go(endpoint, NOW + 29 * SECOND) == {}
    assert go(endpoint, NOW + 30 * SECOND) == {"queued": 1}
    assert only().next_attempt_at == NOW + 120 * SECOND
    assert (only().webhook.failures, only().webhook.failing_since) == (2, NOW)
    assert go(endpoint, NOW + 120 * SECOND) == {"delivered": 1}
    assert attempts() == [(500, "answered with 500"), (0, "no answer"), (200, "")]
    assert (only().webhook.failures, only().webhook.failing_since) == (0, None)


def test_after_three_days_an_event_is_given_up_and_can_be_replayed(
    nordwind: Organisation,
) -> None:
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    endpoint, now = Endpoint(Answer(500)), NOW
    while only().state == "queued":
        now = only().next_attempt_at or now
        go(endpoint, now)
    assert 2 * DAY < now - NOW <= 3 * DAY
    assert only().state == "given-up"
    assert only().webhook.enabled
    assert go(endpoint, now + DAY) == {}
    actions.replay_event(only().webhook, only().event.public_id, now + DAY)
    assert go(Endpoint(), now + DAY) == {"delivered": 1}


def test_an_endpoint_that_asks_for_time_is_given_it_for_all_its_events(
    nordwind: Organisation,
) -> None:
    webhook(nordwind)
    for _ in range(3):
        emit(nordwind.pk, ALERT, {}, NOW)
    endpoint = Endpoint(Answer(429, retry_after="600"), Answer(200))
    assert go(endpoint) == {"queued": 1}
    assert go(endpoint, NOW + 599 * SECOND) == {}
    assert go(endpoint, NOW + 600 * SECOND) == {"delivered": 3}


def test_after_a_failure_the_rest_is_not_tried_in_the_same_round(nordwind: Organisation) -> None:
    webhook(nordwind)
    for _ in range(3):
        emit(nordwind.pk, ALERT, {}, NOW)
    endpoint = Endpoint(Answer(500))
    go(endpoint)
    assert len(endpoint.got) == 1


def person(of: Organisation | None, role: str, email: str, **more: bool) -> None:
    with staff_scope():
        Person.objects.create(email=email, role=role, organisation=of, created_at=NOW, **more)


def told() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'to' FROM procrastinate_jobs"
            " WHERE task_name = 'tocsin.webhooks.tell' ORDER BY id"
        )
        return [to for (to,) in cursor.fetchall()]


def test_410_switches_it_off_and_its_owners_are_told(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    person(nordwind, "owner", "ann@nordwind.example")
    person(nordwind, "owner", "gone@nordwind.example", is_active=False)
    person(nordwind, "abuse_desk", "desk@nordwind.example")
    person(suedwind, "owner", "sue@suedwind.example")
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    assert go(Endpoint(Answer(410))) == {"given-up": 1}
    hook = only().webhook
    assert (hook.enabled, hook.disabled_at, "410" in hook.disabled_reason) == (False, NOW, True)
    assert hook.version == 2
    assert told() == ["ann@nordwind.example"]
    with staff_scope():
        assert Entry.objects.filter(action="webhook disabled").count() == 1


def test_without_owners_the_first_contact_is_told(nordwind: Organisation) -> None:
    with staff_scope():
        for email in ("abuse@nordwind.example", "noc@nordwind.example"):
            Contact.objects.create(organisation=nordwind, email=email)
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    go(Endpoint(Answer(410)))
    assert told() == ["abuse@nordwind.example"]


def test_of_the_authoritys_own_the_analysts_are_told(nordwind: Organisation) -> None:
    person(None, "analyst", "ida@authority.example")
    person(None, "auditor", "otto@authority.example")
    person(nordwind, "owner", "ann@nordwind.example")
    webhook(None)
    emit(nordwind.pk, ALERT, {}, NOW)
    go(Endpoint(Answer(410)))
    assert told() == ["ida@authority.example"]


def test_five_days_of_failures_switch_it_off_even_when_nothing_is_left_to_try(
    nordwind: Organisation,
) -> None:
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    endpoint, now = Endpoint(Answer(500)), NOW
    while only().state == "queued":
        now = only().next_attempt_at or now
        go(endpoint, now)
    go(endpoint, NOW + 5 * DAY - SECOND)
    assert only().webhook.enabled
    go(endpoint, NOW + 5 * DAY)
    assert only().webhook.disabled_reason == "nothing was taken since 2026-03-02 09:00 UTC"


def test_a_failure_after_five_days_switches_it_off_at_once(nordwind: Organisation) -> None:
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    go(Endpoint(Answer(500)))
    with staff_scope():
        Webhook.objects.update(failing_since=NOW - 5 * DAY + SECOND)
    go(Endpoint(Answer(500)), NOW + 30 * SECOND)
    assert not only().webhook.enabled


def test_switched_off_or_suspended_nothing_is_sent_and_nothing_is_lost(
    nordwind: Organisation,
) -> None:
    made = webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    endpoint = Endpoint()
    with staff_scope():
        Organisation.objects.update(suspended=True)
    assert go(endpoint) == {}
    with staff_scope():
        Organisation.objects.update(suspended=False)
    endpoints.change(nordwind.pk, made.public_id, Changes(enabled=False), "ann", NOW)
    assert go(endpoint) == {}
    endpoints.change(nordwind.pk, made.public_id, Changes(enabled=True), "ann", NOW)
    assert go(endpoint) == {"delivered": 1}


def test_a_secret_of_another_installation_switches_it_off(
    nordwind: Organisation, settings: Any
) -> None:
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    settings.SECRET_KEY = "another"
    endpoint = Endpoint()
    assert go(endpoint) == {}
    assert endpoint.got == []
    assert "another key" in only().webhook.disabled_reason
    assert only().state == "queued"


def test_one_webhooks_turn_is_bounded_and_says_that_there_is_more(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    for whose, count in ((nordwind, 5), (suedwind, 1)):
        webhook(whose)
        for _ in range(count):
            emit(whose.pk, ALERT, {}, NOW)
    endpoint = Endpoint()
    assert go(endpoint, most=3) == {"delivered": 4, MORE: 1}
    assert go(endpoint, most=3) == {"delivered": 2}


def test_a_slow_endpoint_does_not_hold_up_the_others(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    """It answers only once the other's ten events are through."""
    webhook(nordwind, url="https://slow.example/")
    webhook(suedwind, url="https://quick.example/")
    emit(nordwind.pk, ALERT, {}, NOW)
    for _ in range(10):
        emit(suedwind.pk, ALERT, {}, NOW)
    others_done = threading.Semaphore(0)

    def behave(url: str) -> None:
        if "slow" not in url:
            others_done.release()
            return
        for _ in range(10):
            assert others_done.acquire(timeout=20)

    endpoint = Endpoint(slow=behave)
    assert go(endpoint) == {"delivered": 11}
    assert "slow" in endpoint.got[-1][0]


def test_a_fault_of_ours_is_one_deliverys_failure_and_no_more(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    def behave(url: str) -> None:
        assert "bad" not in url

    for whose, name in ((nordwind, "bad"), (suedwind, "good")):
        webhook(whose, url=f"https://{name}.example/")
        emit(whose.pk, ALERT, {}, NOW)
    assert go(Endpoint(slow=behave)) == {"queued": 1, "delivered": 1}
    assert (0, "a fault of ours (AssertionError)") in attempts()


def test_with_one_lane_the_one_that_waited_longest_comes_first(
    nordwind: Organisation, suedwind: Organisation
) -> None:
    for whose, name in ((nordwind, "a"), (suedwind, "b")):
        webhook(whose, url=f"https://{name}.example/")
        emit(whose.pk, ALERT, {}, NOW)
    first, second = Endpoint(Answer(500)), Endpoint(Answer(200))
    go(first, lanes=1)
    assert [url for url, *_ in first.got] == ["https://a.example/", "https://b.example/"]
    with staff_scope():
        Webhook.objects.filter(url="https://a.example/").update(tried_at=NOW + SECOND)
    go(second, NOW + DAY, lanes=1)
    assert [url for url, *_ in second.got] == ["https://b.example/", "https://a.example/"]


def test_when_the_time_is_over_nothing_more_is_begun(nordwind: Organisation) -> None:
    webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    endpoint = Endpoint()
    assert go(endpoint, seconds=0) == {}
    assert endpoint.got == []


def test_a_webhook_removed_while_it_is_sent_to_is_no_error(nordwind: Organisation) -> None:
    made = webhook(nordwind)
    emit(nordwind.pk, ALERT, {}, NOW)
    ended = deliver_due(
        lambda *given: Answer(200),
        _removing(lambda: endpoints.remove(nordwind.pk, made.public_id, "ann", NOW)),
        lambda: 0.5,
    )
    assert dict(ended) == {"removed": 1}


def _removing(remove: Callable[[], None]) -> Callable[[], datetime]:
    """A clock: asked for the fourth time, when the answer is there, somebody removes it."""
    asked = []

    def clock() -> datetime:
        asked.append(1)
        with staff_scope():
            if WebhookDelivery.objects.filter(state="sending").exists():
                remove()
        return NOW

    return clock


def test_the_body_of_an_event_is_plain_json() -> None:
    event = WebhookEvent(type="test", data={"a": "ü"}, at=NOW)
    assert body_of(event) == (
        '{"type":"test","timestamp":"2026-03-02T09:00:00Z","data":{"a":"ü"}}'.encode()
    )

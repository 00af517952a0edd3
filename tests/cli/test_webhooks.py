"""`tocsin webhooks` as an administrator calls it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.cli.calling import call
from tocsin.constituency.models import Organisation
from tocsin.database.scope import staff_scope
from tocsin.webhooks.deliveries import open_secrets
from tocsin.webhooks.models import Webhook, WebhookDelivery

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
URL = "https://8.8.8.8/in"


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    with staff_scope():
        Organisation.objects.create(name="Puddlewick", created_at=datetime.now(UTC))


def listed(monkeypatch: Patch, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        call(monkeypatch, "webhooks", "list", "--json", *words).stdout
    )
    return found


def added(monkeypatch: Patch, *words: str) -> tuple[str, str]:
    """The webhook's number and its secret."""
    done = call(monkeypatch, "webhooks", "add", URL, "--event", "alert.sent", *words)
    assert done.exit_code == 0, done.stderr
    first, secret = done.stdout.splitlines()
    return first.split("\t")[0], secret


def test_from_adding_to_removing(monkeypatch: Patch) -> None:
    number, secret = added(monkeypatch)
    with staff_scope():
        assert open_secrets(Webhook.objects.get(), datetime.now(UTC)) == [secret]
    (row,) = listed(monkeypatch)
    assert (row["number"], row["url"], row["events"], row["on"]) == (
        number, URL, "alert.sent", "yes",
    )  # fmt: skip
    assert secret not in str(row)
    assert call(monkeypatch, "webhooks", "remove", number).exit_code == 0
    assert listed(monkeypatch) == []


def test_the_authoritys_and_the_members_are_listed_apart_and_together(monkeypatch: Patch) -> None:
    ours, theirs = added(monkeypatch)[0], added(monkeypatch, "--organisation", "puddlewick")[0]
    assert [row["number"] for row in listed(monkeypatch)] == [ours]
    rows = listed(monkeypatch, "--organisation", "Puddlewick")
    assert [(row["number"], row["organisation"]) for row in rows] == [(theirs, "Puddlewick")]
    assert [row["number"] for row in listed(monkeypatch, "--all")] == [ours, theirs]


def test_a_test_and_its_delivery(monkeypatch: Patch) -> None:
    number, _ = added(monkeypatch)
    done = call(monkeypatch, "webhooks", "test", number)
    message = done.stdout.split()[0]
    shown = json.loads(call(monkeypatch, "webhooks", "deliveries", number, "--json").stdout)
    assert [(row["message"], row["type"], row["state"]) for row in shown] == [
        (message, "test", "queued")
    ]
    done = call(monkeypatch, "webhooks", "deliveries", number, "--state", "delivered")
    assert done.stdout == "No deliveries.\n"
    with staff_scope():
        WebhookDelivery.objects.update(state="delivered", next_attempt_at=None)
    event = shown[0]["event"]
    done = call(monkeypatch, "webhooks", "replay", number, "--event", event)
    assert done.stdout == "1 events are queued.\n"
    with staff_scope():
        assert WebhookDelivery.objects.get().state == "queued"
    done = call(monkeypatch, "webhooks", "replay", number, "--since", "2026-01-01")
    assert done.stdout == "0 events are queued.\n"


def test_switching_and_a_new_secret(monkeypatch: Patch) -> None:
    number, old = added(monkeypatch)
    call(monkeypatch, "webhooks", "switch", number, "--off")
    assert listed(monkeypatch)[0]["on"] == "no: switched off by the command line"
    call(monkeypatch, "webhooks", "switch", number)
    assert listed(monkeypatch)[0]["on"] == "yes"
    new = call(monkeypatch, "webhooks", "rotate", number).stdout.strip()
    with staff_scope():
        assert open_secrets(Webhook.objects.get(), datetime.now(UTC)) == [new, old]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "https://127.0.0.1/", "--event", "alert.sent"), "may be sent to"),
        (("add", "http://8.8.8.8/", "--event", "alert.sent"), "begins with https://"),
        (("add", URL, "--event", "all"), "There are: alert.sent"),
        (("add", URL, "--event", "alert.sent", "--organisation", "X"), "no organisation 'X'"),
        (("list", "--organisation", "X"), "no organisation 'X'"),
        (("remove", str(uuid4())), "There is no webhook"),
        (("test", str(uuid4())), "There is no webhook"),
    ],
)
def test_what_cannot_be_is_said(monkeypatch: Patch, words: tuple[str, ...], said: str) -> None:
    done = call(monkeypatch, "webhooks", *words)
    assert done.exit_code == 1
    assert said in done.stderr


@pytest.mark.parametrize("words", [(), ("--event", str(uuid4()), "--since", "2026-01-01")])
def test_a_replay_is_of_one_event_or_since_a_time(
    monkeypatch: Patch, words: tuple[str, ...]
) -> None:
    done = call(monkeypatch, "webhooks", "replay", str(uuid4()), *words)
    assert (done.exit_code, "Say --event or --since." in done.stderr) == (2, True)

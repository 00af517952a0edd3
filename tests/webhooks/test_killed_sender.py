"""A sender killed (SIGKILL) at each step, and two senders at once, against a real endpoint."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections

from tests.intake.fetch.servers import Asked, Reply, WebServer, web_server
from tests.webhooks.conftest import ALERT, NOW, organisation
from tocsin.database.scope import staff_scope
from tocsin.webhooks.actions import emit
from tocsin.webhooks.endpoints import add
from tocsin.webhooks.models import WebhookAttempt, WebhookDelivery


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server(lambda asked: Reply(200)) as running:
        yield running


@pytest.fixture
def allow_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TOCSIN_WEBHOOK_ALLOW", "127.0.0.0/8")
    monkeypatch.setattr(settings, "TOCSIN_WEBHOOK_HTTP", True)


def listen(monkeypatch: pytest.MonkeyPatch, url: str, names: int = 1, events: int = 1) -> None:
    """So many organisations with a webhook there, each with so many events."""
    monkeypatch.setattr(settings, "TOCSIN_WEBHOOK_PORTS", str(urlsplit(url).port))
    for number in range(names):
        owner = organisation(f"Org {number}")
        add(owner.pk, f"{url}/{number}", [ALERT], "ann", NOW)
        for _ in range(events):
            emit(owner.pk, ALERT, {}, NOW)


def start(url: str, step: str = "", now: datetime = NOW) -> subprocess.Popen[bytes]:
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    database = {name: connections["default"].settings_dict[name] for name in names}
    asked = {
        "database": database, "key": settings.SECRET_KEY, "url": url, "step": step,
        "now": now.isoformat(),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.webhooks.killed_sender", json.dumps(asked)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def run(url: str, step: str = "") -> int:
    sender = start(url, step)
    sender.communicate(timeout=60)
    return sender.returncode


def states() -> list[str]:
    with staff_scope():
        return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


def messages(server: WebServer) -> list[str]:
    return [asked.headers["webhook-id"] for asked in server.asked]


@pytest.mark.parametrize(
    ("step", "state", "before"),
    [
        ("before outcomes started", "queued", 0),
        ("after outcomes started", "queued", 0),  # within the transaction that is lost with it
        ("before sending vetted", "sending", 0),
        ("after sending _exchange", "sending", 1),
        ("before outcomes recorded", "sending", 1),
        ("after outcomes recorded", "sending", 1),
    ],
)
def test_wherever_a_sender_dies_the_event_arrives_under_one_id(
    committed_db: None, allow_loopback: None, monkeypatch: pytest.MonkeyPatch,
    server: WebServer, step: str, state: str, before: int,
) -> None:  # fmt: skip
    listen(monkeypatch, server.url)
    assert run(server.url, step) == -signal.SIGKILL
    assert (states(), len(server.asked)) == ([state], before)
    assert run(server.url) == 0
    assert (states(), len(server.asked)) == (["delivered"], before + 1)
    assert len(set(messages(server))) == 1
    with staff_scope():
        errors = list(WebhookAttempt.objects.order_by("pk").values_list("error", flat=True))
    interrupted = ["the sender stopped before it had an answer"] if state == "sending" else []
    assert errors == [*interrupted, ""]
    assert run(server.url) == 0
    assert len(server.asked) == before + 1


def test_two_senders_at_once_send_each_event_once(
    committed_db: None, allow_loopback: None, monkeypatch: pytest.MonkeyPatch, server: WebServer
) -> None:
    listen(monkeypatch, server.url, names=8, events=5)
    senders = [start(server.url) for _ in range(2)]
    sent = [json.loads(one.communicate(timeout=60)[0]).get("delivered", 0) for one in senders]
    assert sum(sent) == 40
    assert len(set(messages(server))) == len(server.asked) == 40
    assert set(states()) == {"delivered"}


def test_while_one_sender_is_at_it_another_passes_by(
    committed_db: None, allow_loopback: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first holds the connection until the second has ended."""
    reached, go_on = threading.Event(), threading.Event()

    def wait(asked: Asked) -> Reply:
        reached.set()
        go_on.wait(9)
        return Reply(200)

    with web_server(wait) as server:
        listen(monkeypatch, server.url)
        first = start(server.url)
        assert reached.wait(30)
        assert run(server.url) == 0
        assert states() == ["sending"]
        go_on.set()
        assert json.loads(first.communicate(timeout=60)[0]) == {"delivered": 1}
        assert len(server.asked) == 1

"""A sender killed (SIGKILL) at each step against a real SMTP server, and what the next run does."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections

from tests.alerts.channels.mail.smtp_server import Handler, smtp_server
from tests.alerts.country import NOW, organisation, threat
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.models import Delivery
from tocsin.database.scope import staff_scope

HOUR = timedelta(hours=1)


@pytest.fixture
def queued(committed_db: None, home: Path) -> None:
    """One alert, ready to leave."""
    with staff_scope():
        threat(organisation(), 1)
    compose_due(ready(NOW), NOW)


@pytest.fixture
def server() -> Iterator[tuple[Handler, int]]:
    handler = Handler()
    with smtp_server(handler) as port:
        yield handler, port


def run(port: int, step: str = "", now: datetime = NOW) -> int:
    sender = start("killed_sender", port=port, step=step, now=now.isoformat())
    sender.communicate(timeout=60)
    return sender.returncode


def start(module: str, **asked: object) -> subprocess.Popen[bytes]:
    """A process of its own on the test's database."""
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    database = {name: connections["default"].settings_dict[name] for name in names}
    told = json.dumps({**asked, "database": database})
    command = [sys.executable, "-m", f"tests.alerts.{module}", told]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def state() -> str:
    with staff_scope():
        return Delivery.objects.get().state


def repeats(handler: Handler) -> list[bool]:
    """For each mail received whether it says that it is a repeat."""
    return [b"X-Tocsin-Repeat" in mail for mail in handler.mails]


@pytest.mark.parametrize("step", ["before outcomes started", "after outcomes started"])
def test_killed_before_anything_left_it_is_simply_sent(
    queued: None, server: tuple[Handler, int], step: str
) -> None:
    handler, port = server
    assert run(port, step) == -signal.SIGKILL
    assert state() == "queued"
    assert run(port) == 0
    assert (state(), repeats(handler)) == ("sent", [False])


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("before Smtp send", []),
        ("after Smtp _envelope", []),
        ("after Smtp send", [False]),
        ("before outcomes recorded", [False]),
        ("after outcomes recorded", [False]),  # within the transaction that is lost with it
    ],
)
def test_killed_in_between_it_is_uncertain_and_sent_again_after_an_hour_with_notice(
    queued: None, server: tuple[Handler, int], step: str, before: list[bool]
) -> None:
    handler, port = server
    assert run(port, step) == -signal.SIGKILL
    assert (state(), repeats(handler)) == ("sending", before)
    assert run(port) == 0
    assert (state(), repeats(handler)) == ("uncertain", before)
    assert run(port, now=NOW + HOUR) == 0
    assert (state(), repeats(handler)) == ("sent", [*before, True])
    assert run(port, now=NOW + HOUR) == 0
    assert len({_message_id(mail) for mail in handler.mails}) == 1
    assert len(handler.mails) == len(before) + 1


def test_killed_twice_in_between_it_waits_for_an_analyst(
    queued: None, server: tuple[Handler, int]
) -> None:
    handler, port = server
    for now in (NOW, NOW + HOUR):
        run(port, "after Smtp send", now)
        run(port, now=now)
    assert run(port, now=NOW + timedelta(days=365)) == 0
    assert (state(), repeats(handler)) == ("uncertain", [False, True])


def test_a_living_sender_is_left_alone(queued: None, server: tuple[Handler, int]) -> None:
    """Its lock says that it lives; another run must not call its delivery uncertain."""
    handler, port = server
    with staff_scope():
        number = Delivery.objects.get().pk
        Delivery.objects.update(state="sending")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7102, %s)", [number])
        assert run(port) == 0
        assert state() == "sending"
        cursor.execute("SELECT pg_advisory_unlock(7102, %s)", [number])
    assert run(port) == 0
    assert (state(), handler.mails) == ("uncertain", [])


def test_two_senders_at_once_send_each_mail_once(
    committed_db: None, home: Path, server: tuple[Handler, int]
) -> None:
    handler, port = server
    with staff_scope():
        for number in range(1, 21):
            threat(organisation(f"Org {number}"), number)
    compose_due(ready(NOW), NOW)
    asked = {"port": port, "step": "", "now": NOW.isoformat()}
    senders = [start("killed_sender", **asked) for _ in range(2)]
    sent = [json.loads(sender.communicate(timeout=60)[0]).get("sent", 0) for sender in senders]
    assert sum(sent) == 20
    assert len({_message_id(mail) for mail in handler.mails}) == len(handler.mails) == 20


def _message_id(mail: bytes) -> bytes:
    return next(line for line in mail.split(b"\r\n") if line.startswith(b"Message-ID:"))

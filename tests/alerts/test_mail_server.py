"""Alerts through a real SMTP server that misbehaves: what it has, and what we say it has."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.alerts.channels.mail.smtp_server import Handler, smtp_server
from tests.alerts.country import NOW, contact, organisation, threat
from tocsin.alerts.channels.mail.posts import Smtp
from tocsin.alerts.compose import compose_due, ready
from tocsin.alerts.deliveries import deliver_due
from tocsin.alerts.models import Delivery, DeliveryAttempt
from tocsin.constituency.models import Contact
from tocsin.database.scope import staff_scope

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def scope(home: Path) -> Iterator[None]:
    with staff_scope():
        yield


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def post(handler: Handler) -> Iterator[Smtp]:
    with smtp_server(handler) as port:
        yield Smtp("127.0.0.1", port, security="none", timeout=10)


def alerts(number: int, contacts: int = 2) -> None:
    for place in range(number):
        owner = organisation(f"Org {place}")
        for purpose in ("security", "owner")[: contacts - 1]:
            contact(owner, purpose)
        threat(owner, place)
    compose_due(ready(NOW), NOW)


def deliver(post: Smtp, hours: float = 0) -> Counter[str]:
    return deliver_due(post, lambda: NOW + hours * HOUR)


def arrived(handler: Handler) -> list[tuple[str, str]]:
    """(Message-ID, recipient) of each mail that the server took, in order."""
    parsed = [(message_from_bytes(one.content or b""), one.rcpt_tos[0]) for one in handler.received]  # type: ignore[arg-type]
    return [(mail["Message-ID"], to.partition("@")[0]) for mail, to in parsed]


@pytest.mark.parametrize(
    ("script", "state", "to", "dead"),
    [
        ([("RCPT", "450 4.7.1 greylisted")], "sent", ["abuse"], False),
        ([("MAIL", "451 4.3.0 later")], "sent", ["abuse"], False),
        ([("DATA", "452 4.3.1 full")], "sent", ["abuse"], False),
        ([("RCPT", "550 5.1.1 nobody")], "failed", ["security"], True),
        ([("RCPT", "554 5.7.1 block list")], "failed", ["security"], False),
        ([("DATA", "554 5.6.0 looks like spam")], "failed", ["security"], False),
        ([("DATA", "hang up")], "sent", ["abuse"], False),
        ([("DATA", "accept and hang up")], "sent", ["abuse", "abuse"], False),
    ],
)
def test_each_misbehaviour_ends_with_one_alert_that_arrived(
    post: Smtp,
    handler: Handler,
    script: list[tuple[str, str]],
    state: str,
    to: list[str],
    dead: bool,
) -> None:
    alerts(1)
    handler.script = list(script)
    for hours in (0, 0.1, 1.1, 24):
        deliver(post, hours)
    assert Delivery.objects.get(number=1).state == state
    assert [recipient for _, recipient in arrived(handler)] == to
    assert len({message_id for message_id, _ in arrived(handler)}) == 1
    assert Contact.objects.exclude(bounced_at=None).exists() is dead


def test_what_may_have_arrived_is_sent_again_once_and_says_so(post: Smtp, handler: Handler) -> None:
    alerts(1, contacts=1)
    handler.script = [("DATA", "accept and hang up")] * 3
    assert deliver(post) == {"uncertain": 1}
    assert deliver(post, 0.9) == {}
    assert deliver(post, 1) == {"uncertain": 1}
    for hours in (2, 24, 24 * 30):
        assert deliver(post, hours) == {}
    mails = [message_from_bytes(mail) for mail in handler.mails]
    assert [mail["X-Tocsin-Repeat"] is not None for mail in mails] == [False, True]
    assert len({mail["Message-ID"] for mail in mails}) == 1
    assert "sent a second time" in str(mails[1].get_payload(0))


def test_one_refused_recipient_costs_the_others_nothing(post: Smtp, handler: Handler) -> None:
    alerts(5, contacts=1)
    handler.script = [("RCPT", "250 OK")] * 2 + [("RCPT", "550 5.1.1 nobody")]
    assert deliver(post) == {"sent": 4, "failed": 1}
    assert len({message_id for message_id, _ in arrived(handler)}) == 4


def test_two_days_of_later_end_in_the_fallback(post: Smtp, handler: Handler) -> None:
    alerts(1)
    handler.replies["RCPT"] = "450 4.2.1 later"
    hours = 0.0
    while Delivery.objects.get(number=1).state != "failed":
        deliver(post, hours)
        hours += 1
    assert 40 < hours < 72
    handler.replies.clear()
    assert deliver(post, hours) == {"sent": 1}
    assert [recipient for _, recipient in arrived(handler)] == ["security"]
    assert not Contact.objects.exclude(bounced_at=None).exists()


REPLIES = (
    *(("MAIL", reply) for reply in ("451 later", "421 closing", "550 5.7.1 no")),
    *(("RCPT", reply) for reply in ("450 4.7.1 later", "550 5.1.1 nobody", "554 5.7.1 listed")),
    *(("DATA", reply) for reply in ("452 full", "554 spam", "hang up", "accept and hang up")),
)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_server_does_no_alert_is_lost_or_doubled_silently(
    post: Smtp, handler: Handler, seed: int
) -> None:
    """Each copy beyond the first was announced as a repeat, and each delivery called sent is
    with the server; what is not sent says why."""
    chance = random.Random(seed)
    alerts(6, contacts=3)
    handler.most = chance.choice([0, 1, 3])
    for hours in range(0, 24 * 5, 2):
        handler.script = [chance.choice(REPLIES) for _ in range(chance.randrange(3))]
        deliver(post, hours)
    handler.script = []
    for hours in range(24 * 5, 24 * 9, 12):
        deliver(post, hours)
    copies: dict[str, list[bool]] = {}
    for mail in map(message_from_bytes, handler.mails):
        copies.setdefault(mail["Message-ID"], []).append(mail["X-Tocsin-Repeat"] is not None)
    assert all(len(said) <= 2 and said[1:] in ([], [True]) for said in copies.values())
    for delivery in Delivery.objects.all():
        assert delivery.state in ("sent", "failed", "uncertain"), delivery.state
        if delivery.state == "sent":
            assert delivery.message_id in copies
        else:
            assert delivery.reason
        outcomes = DeliveryAttempt.objects.filter(delivery=delivery).values_list("outcome")
        assert ("sent",) in outcomes or delivery.state != "sent"
    for alert in {one.alert_id for one in Delivery.objects.all()}:
        last = Delivery.objects.filter(alert=alert).order_by("-number").first()
        assert last is not None
        assert last.state in ("sent", "uncertain") or last.number == 3, "a fallback was not used"

"""Events leaving: each webhook is one worker's at a time, many webhooks are served at once.

A worker holds PostgreSQL's session lock of a webhook while it sends to it; other workers pass it
by.  The lock goes with the worker, so a delivery that is `sending` when somebody gets the lock
belongs to one that died: it is sent again under the same webhook-id.
"""

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from tocsin.database.claims import claimed
from tocsin.database.scope import staff_scope
from tocsin.webhooks import outcomes
from tocsin.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tocsin.webhooks.rules import Answer, State, Verdict, verdict
from tocsin.webhooks.sealing import SealedWithAnotherKeyError, unseal
from tocsin.webhooks.signing import headers

DUE = (Path(__file__).parent / "sql" / "due.sql").read_text()
LOCK_CLASS = 7103
LOOK_EVERY = 1.0  # seconds, for webhooks that something has become due for
MORE = "more"  # counted for each webhook that has more to be sent than its turn allowed

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Send = Callable[[str, bytes, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Bounds:
    """`lanes`: webhooks served at once; `seconds` until no new request is begun; `most`
    deliveries in one webhook's turn."""

    lanes: int = 16
    seconds: float = 30.0
    most: int = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt, ready to leave."""

    webhook: int
    delivery: int
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Turn:
    """A webhook that is ours for the moment; leaving `hold` gives it back."""

    webhook: int
    hold: ExitStack = field(default_factory=ExitStack)
    sent: int = 0


@dataclass
class Run:
    """One worker's round through the webhooks that have something due."""

    send: Send
    clock: Clock
    chance: Callable[[], float]
    bounds: Bounds
    pool: ThreadPoolExecutor
    ends: float
    ended: Counter[str] = field(default_factory=Counter)
    served: set[int] = field(default_factory=set)
    look_at: float = 0.0
    under_way: dict[Future[Answer], tuple[Turn, Parcel]] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends

    def go(self) -> None:
        with ExitStack() as holds:
            while True:
                self._begin(holds)
                if not self.under_way:
                    return
                ended = wait(self.under_way, LOOK_EVERY, FIRST_COMPLETED).done
                for future in ended:
                    self._answered(*self.under_way.pop(future), future.result())

    def _begin(self, holds: ExitStack) -> None:
        """Fill the free lanes with webhooks that had no turn in this run."""
        if time.monotonic() < self.look_at:
            return
        self.look_at = time.monotonic() + LOOK_EVERY
        free = self.bounds.lanes - len(self.under_way)
        while free and not self.is_over and (due := self._due(free)):
            for number in due:
                self.served.add(number)
                turn = Turn(number, holds.enter_context(ExitStack()))
                if turn.hold.enter_context(claimed(LOCK_CLASS, number)):
                    self._next(turn, None)
            free = self.bounds.lanes - len(self.under_way)

    def _due(self, most: int) -> list[int]:
        asked: dict[str, Any] = {
            "now": self.clock(),
            "had_their_turn": list(self.served),
            "most": most,
        }
        with staff_scope(), connection.cursor() as cursor:
            cursor.execute(DUE, asked)
            return [number for (number,) in cursor.fetchall()]

    def _answered(self, turn: Turn, parcel: Parcel, answer: Answer) -> None:
        turn.sent += 1
        self._next(turn, (parcel, answer))

    def _next(self, turn: Turn, before: tuple[Parcel, Answer] | None) -> None:
        """Record what came, and in the same transaction begin what follows."""
        with staff_scope():
            if before is None:
                outcomes.turn_began(turn.webhook, self.clock())
            else:
                self.ended[_recorded(*before, self.clock(), self.chance())] += 1
            parcel = self._following(turn, before)
        if parcel is None:
            turn.hold.close()
            self.look_at = 0.0
            return
        future = self.pool.submit(_sent, self.send, parcel)
        self.under_way[future] = (turn, parcel)

    def _following(self, turn: Turn, before: tuple[Parcel, Answer] | None) -> Parcel | None:
        """Nothing after a failure: whoever is slow or broken does not take others' time."""
        if before and verdict(before[1]) is not Verdict.TAKEN:
            return None
        delivery = _first_due(turn.webhook, self.clock())
        if delivery and (self.is_over or turn.sent >= self.bounds.most):
            self.ended[MORE] += 1
            return None
        return _parcel(delivery, self.clock()) if delivery else None


def deliver_due(
    send: Send, clock: Clock, chance: Callable[[], float], bounds: Bounds = Bounds()
) -> Counter[str]:
    """Send what is due; how many attempts ended in each state (and `MORE`).

    Any number of these may run at once.  `chance` gives numbers from 0 to 1.
    """
    with staff_scope():
        outcomes.disable_dead(clock())
    with ThreadPoolExecutor(bounds.lanes, "webhook") as pool:
        ends = time.monotonic() + bounds.seconds
        run = Run(send, clock, chance, bounds, pool, ends)
        run.go()
    return run.ended


def _sent(send: Send, parcel: Parcel) -> Answer:
    """A fault of ours is one delivery's failure, not the end of all others' turns."""
    try:
        return send(parcel.url, parcel.body, parcel.headers)
    except Exception as error:
        log.exception("Sending to a webhook failed in an unforeseen way")
        return Answer(0, f"a fault of ours ({type(error).__name__})")


def _first_due(webhook: int, now: datetime) -> WebhookDelivery | None:
    """What a dead worker left half done comes with the rest."""
    due = WebhookDelivery.objects.filter(
        webhook_id=webhook,
        webhook__enabled=True,
        state__in=[State.QUEUED, State.SENDING],
        next_attempt_at__lte=now,
    )
    return due.select_related("webhook", "event").order_by("next_attempt_at", "pk").first()


def _parcel(delivery: WebhookDelivery, now: datetime) -> Parcel | None:
    """Nothing where the webhook cannot be used at all."""
    webhook = delivery.webhook
    try:
        secrets = open_secrets(webhook, now)
    except SealedWithAnotherKeyError as error:
        outcomes.disabled(webhook, f"{error} {error.hint}", now)
        return None
    outcomes.started(delivery, now)
    body = body_of(delivery.event)
    signed = headers(secrets, delivery.event.message_id, now, body)
    return Parcel(webhook.pk, delivery.pk, webhook.url, body, signed)


def open_secrets(webhook: Webhook, now: datetime) -> list[str]:
    """The secret, and the one before it as long as both hold."""
    owner = webhook.public_id.bytes
    secrets = [unseal(bytes(webhook.secret), owner)]
    until = webhook.old_secret_until
    if webhook.old_secret is not None and until is not None and now < until:
        secrets.append(unseal(bytes(webhook.old_secret), owner))
    return secrets


def body_of(event: WebhookEvent) -> bytes:
    """The same bytes in every attempt."""
    body: dict[str, Any] = {
        "type": event.type,
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "data": event.data,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _recorded(parcel: Parcel, answer: Answer, now: datetime, chance: float) -> str:
    """The state that it ended in; `removed` if its webhook is no more."""
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=parcel.webhook).first()
    if webhook is None:
        return "removed"
    delivery = WebhookDelivery.objects.get(pk=parcel.delivery)
    outcomes.recorded(webhook, delivery, answer, now, chance)
    return delivery.state

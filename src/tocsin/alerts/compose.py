"""Composing alerts: what is due becomes frozen alerts and queued deliveries, in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from tocsin.alerts.channels.mail.message import new_message_id
from tocsin.alerts.channels.mail.setup import sender
from tocsin.alerts.deliveries import defer_delivery
from tocsin.alerts.freezing import frozen, packed
from tocsin.alerts.gather import Told, gather
from tocsin.alerts.models import Alert, Delivery, Preference
from tocsin.alerts.queries import Due, Waiting, kinds_by_number, waiting
from tocsin.alerts.recipients import first_contacts
from tocsin.alerts.rules import MOST_REMINDERS, Digests, Round, Wish, due_round
from tocsin.alerts.spreadsheet import csv_bytes
from tocsin.constituency.models import Contact, Organisation
from tocsin.database.patience import patiently
from tocsin.database.scope import staff_scope
from tocsin.notices import announcements as notices
from tocsin.threats.states import Notice
from tocsin.webhooks.actions import emit_each
from tocsin.webhooks.rules import EventType

BATCH_THREATS = 25_000  # bounds memory: a batch's rows and evidence are held at once
BATCH_ORGANISATIONS = 1_000


@dataclass(frozen=True)
class Composed:
    alerts: int = 0
    threats: int = 0

    def __add__(self, other: "Composed") -> "Composed":
        return Composed(self.alerts + other.alerts, self.threats + other.threats)


def waiting_now(now: datetime) -> list[Waiting]:
    """Every organisation with something to be told."""
    with staff_scope():
        return waiting(now)


def why_not(one: Waiting) -> str:
    """Why this organisation must not be written to now, or nothing."""
    if one.suspended:
        return "suspended"
    if not one.reachable:
        return "no contact that works (`tocsin organisations import` takes addresses)"
    if awaits_release(one):
        return "first alert not released (`tocsin alerts preview`, then `tocsin alerts release`)"
    return ""


def awaits_release(one: Waiting) -> bool:
    """Whether nothing but an analyst's look at the first alert keeps it here."""
    held = settings.TOCSIN_FIRST_SEND_HOLD and not one.released_at
    return bool(held and one.reachable and not one.suspended)


def tell_of_releases(now: datetime) -> None:
    """Analysts are told, once, of each organisation whose first alert waits for them."""
    with staff_scope():
        held = [(one.id, one.name) for one in waiting(now) if awaits_release(one)]
        notices.releases_needed(held, now)


def ready(now: datetime) -> list[Waiting]:
    """Those that may be written to."""
    return [one for one in waiting_now(now) if not why_not(one)]


def compose_due(
    organisations: Sequence[Waiting],
    now: datetime,
    digests: Digests = Digests.DUE,
    done: Callable[[int], None] = lambda count: None,
) -> Composed:
    """Alerts for all that is due; `done` hears how many organisations each transaction took.

    Any number of these may run at once and at any moment be killed: each batch is told whole or
    not at all.
    """
    total = Composed()
    for batch in batches(organisations):
        total += _composed(batch, now, digests)
        done(len(batch))
    return total


def batches(organisations: Sequence[Waiting]) -> Iterator[list[int]]:
    batch: list[int] = []
    threats = 0
    for one in organisations:
        full = threats + one.threats > BATCH_THREATS or len(batch) == BATCH_ORGANISATIONS
        if batch and full:
            yield batch
            batch, threats = [], 0
        batch.append(one.id)
        threats += one.threats
    if batch:
        yield batch


@patiently
def _composed(batch: list[int], now: datetime, digests: Digests) -> Composed:
    with staff_scope():
        return compose(batch, now, digests)


def compose(
    organisations: Collection[int], now: datetime, digests: Digests = Digests.DUE
) -> Composed:
    """Compose and queue within the caller's scope and transaction."""
    rounds = rounds_of(_locked(organisations), now, digests)
    contacts = first_contacts(rounds)
    told = [
        one
        for one in gather(settings.TOCSIN_HOME, rounds, now, lock=True)
        if one.delegation or one.organisation.pk in contacts
    ]
    if not told:
        return Composed()
    alerts = [
        _alert(number, one, rounds[one.organisation.pk])
        for number, one in zip(_numbers(len(told)), told, strict=True)
    ]
    Alert.objects.bulk_create(alerts, batch_size=100)
    Delivery.objects.bulk_create(_delivery(alert, contacts, now) for alert in alerts)
    for alert, one in zip(alerts, told, strict=True):
        _record(alert.pk, one.due)
    _mark_told([due for one in told for due in one.due], now)
    news = [_told(*pair) for pair in zip(alerts, told, strict=True)]
    emit_each(EventType.ALERT_SENT, news, now)
    notices.alerts_sent(news, now)
    defer_delivery()
    return Composed(len(alerts), sum(len(one.due) for one in told))


def _locked(organisations: Collection[int]) -> list[int]:
    """Of two runs at once the second waits here, and then finds nothing due."""
    rows = Organisation.objects.filter(pk__in=organisations, suspended=False)
    return list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def rounds_of(organisations: Collection[int], now: datetime, digests: Digests) -> dict[int, Round]:
    """What each may be told now, by its wish and its last digest."""
    wishes = {
        one.organisation_id: Wish(one.rhythm, one.weekday, one.immediate_from)
        for one in Preference.objects.filter(organisation_id__in=organisations)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, max(composed_at) FROM alert"
            " WHERE NOT immediate AND organisation_id = ANY(%s) GROUP BY 1",
            [list(organisations)],
        )
        last: dict[int, datetime] = dict(cursor.fetchall())
    found = {
        number: due_round(wishes.get(number, Wish()), last.get(number), now, digests)
        for number in organisations
    }
    return {number: one for number, one in found.items() if one}


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('alert', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [number for (number,) in cursor.fetchall()]


def _alert(number: int, told: Told, round_: Round) -> Alert:
    content = replace(told.content, ticket=f"TOCSIN-{told.content.composed_at:%Y}-{number:06d}")
    return Alert(
        pk=number,
        organisation=told.organisation,
        ticket=content.ticket,
        composed_at=content.composed_at,
        tlp=content.tlp,
        language=content.language,
        new=content.whys.get("new", 0),
        reopened=content.whys.get("reopened", 0),
        reminders=content.whys.get("reminder", 0),
        conflicts=content.whys.get("conflict", 0),
        rejected=content.whys.get("rejected", 0),
        delegation=told.delegation,
        content=frozen(content),
        csv=packed(csv_bytes(content)),
        immediate=round_.immediate,
    )


def _told(alert: Alert, one: Told) -> tuple[int, dict[str, Any]]:
    """What webhooks are told of an alert: how much there is, and where to read it."""
    return alert.organisation_id, {
        "ticket": alert.ticket,
        "alert": f"/api/v1/alerts/{alert.ticket}",
        "organisation": alert.organisation_id,
        "tlp": alert.tlp,
        "immediate": alert.immediate,
        "threats": len(one.due),
        "new": alert.new,
        "reopened": alert.reopened,
        "reminders": alert.reminders,
        "conflicts": alert.conflicts,
        "rejected": alert.rejected,
        "severities": one.content.severities,
    }


def _delivery(alert: Alert, contacts: Mapping[int, Contact], now: datetime) -> Delivery:
    contact = None if alert.delegation else contacts[alert.organisation_id]
    return Delivery(
        alert=alert,
        organisation_id=alert.organisation_id,
        contact=contact,
        recipient=alert.delegation.email
        if alert.delegation
        else contacts[alert.organisation_id].email,
        message_id=new_message_id(sender()),
        next_attempt_at=now,
    )


def _record(alert: int, told: list[Due]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alert_threat (alert_id, organisation_id, kind_id, key, reason)"
            " SELECT %s, %s, kind_id, key, (ARRAY["
            " 'reminder', 'new', 'reopened', 'conflict', 'rejected'])[notice + 1]"
            " FROM unnest(%s::int[], %s::uuid[], %s::int[]) AS t (kind_id, key, notice)",
            [
                alert,
                told[0].organisation_id,
                [one.kind_id for one in told],
                [one.key for one in told],
                [one.notice for one in told],
            ],
        )


def _mark_told(told: list[Due], now: datetime) -> None:
    """A conflict is told once, and what a campaign found: no reminders follow, but a person
    calls."""
    by_kind = defaultdict(list)
    for one in told:
        by_kind[one.kind_id].append(one.key)
    kinds = kinds_by_number()
    with connection.cursor() as cursor:
        for number, keys in by_kind.items():
            cursor.execute(
                "UPDATE threat SET notice = 0, alerted_at = %s,"
                " reminders = CASE WHEN %s OR notice = %s THEN %s WHEN notice = 0"
                " THEN reminders + 1 ELSE 0 END"
                " WHERE kind_id = %s AND key = ANY(%s::uuid[])",
                [now, kinds[number].once, Notice.CONFLICT, MOST_REMINDERS, number, keys],
            )

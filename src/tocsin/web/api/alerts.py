"""Alerts: what an organisation was told, as it was frozen when it was composed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import zstandard
from django.db.models import Prefetch
from django.http import StreamingHttpResponse

from tocsin.access.scopes import Scope
from tocsin.alerts.freezing import thawed
from tocsin.alerts.models import Alert, Delivery
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Cursor, Limit, Shown, found, page_of
from tocsin.web.api.replies import Reply
from tocsin.web.api.resource import Resource
from tocsin.web.api.threats import READERS

CSV = "text/csv"
BLOCK = 1 << 16  # bytes
router = Resource("Alerts")


class DeliveryShown(Shown):
    channel: str
    recipient: str
    state: str
    sent_at: datetime | None


class AlertShown(Shown):
    """`new`, `reopened`, `reminders`: how many threats it told of for which reason."""

    ticket: str
    organisation: int
    composed_at: datetime
    tlp: str
    language: str
    immediate: bool
    new: int
    reopened: int
    reminders: int
    deliveries: list[DeliveryShown]


class AlertPage(Shown):
    """The latest first."""

    items: list[AlertShown]
    next: str | None


class KindTold(Shown):
    """What the alert says of one kind; `first`: the first of its threats, `total` in the CSV."""

    title: str
    severity: str
    total: int
    what: str
    risk: str
    fix: str
    check: str
    first: list[str]


class AlertInFull(AlertShown):
    severities: dict[str, int]
    kinds: list[KindTold]


@router.read("/alerts", roles=READERS, scope=Scope.ALERTS_READ, answer=AlertPage)
def list_alerts(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """The alerts, the latest first."""
    return page_of(request, _visible(request).defer("csv", "content"), _shown, cursor, limit)


@router.read("/alerts/{str:ticket}.csv", roles=READERS, scope=Scope.ALERTS_READ, gives=(CSV,))
def get_alert_csv(request: Call, ticket: str) -> StreamingHttpResponse:
    """The complete CSV of an alert, byte for byte as it was mailed."""
    alert = found(_visible(request).only("ticket", "csv"), ticket=_plain(ticket))
    response = StreamingHttpResponse(_unpacked(bytes(alert.csv)), content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{alert.ticket}.csv"'
    return response


@router.read("/alerts/{str:ticket}", roles=READERS, scope=Scope.ALERTS_READ, answer=AlertInFull)
def get_alert(request: Call, ticket: str) -> AlertInFull:
    """One alert with what it says; all its threats are in its CSV."""
    alert = found(_visible(request).defer("csv"), ticket=_plain(ticket))
    content = thawed(alert.content)
    return AlertInFull(
        **_shown(alert).model_dump(),
        severities=dict(content.severities),
        kinds=[
            KindTold(
                title=group.text.title,
                severity=group.severity,
                total=group.total,
                what=group.text.what,
                risk=group.text.risk,
                fix=group.text.fix,
                check=group.text.check,
                first=[str(row.id) for row in group.rows],
            )
            for group in content.groups
        ],
    )


def _visible(request: Call) -> Any:
    deliveries = Prefetch("delivery_set", Delivery.objects.order_by("number", "pk"))
    alerts = Alert.objects.prefetch_related(deliveries)
    own = request.auth.organisation
    return alerts if own is None else alerts.filter(organisation_id=own)


def _plain(ticket: str) -> str:
    return ticket.replace("\0", "")


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield from zstandard.ZstdDecompressor().read_to_iter(data, write_size=BLOCK)


def _shown(alert: Alert) -> AlertShown:
    return AlertShown(
        ticket=alert.ticket,
        organisation=alert.organisation_id,
        composed_at=alert.composed_at,
        tlp=alert.tlp,
        language=alert.language,
        immediate=alert.immediate,
        new=alert.new,
        reopened=alert.reopened,
        reminders=alert.reminders,
        deliveries=[
            DeliveryShown(
                channel=one.channel, recipient=one.recipient, state=one.state, sent_at=one.sent_at
            )
            for one in alert.delivery_set.all()
        ],
    )

"""One threat's whole life: `answers.timeline`, with the alerts that told it and how they left."""

from collections.abc import Iterator
from uuid import UUID

from tocsin.alerts.models import AlertThreat, Delivery
from tocsin.answers.timeline import Event, What, in_order, threat_of
from tocsin.answers.timeline import timeline_of as known
from tocsin.intake.models import Report
from tocsin.threats.models import Threat

LARGE = ("alert__csv", "alert__content")


def timeline(kind_id: int | None, key: UUID) -> list[Event]:
    """As `answers.timeline.timeline`, in the caller's scope: of alerts, its own ones only."""
    threat = threat_of(kind_id, key)
    return timeline_of(threat) if threat else []


def timeline_of(threat: Threat, report: Report | None = None, days: bool = True) -> list[Event]:
    """Of a threat that is read already; see `answers.timeline.timeline_of`."""
    return in_order([*known(threat, report, days), *_told(threat)])


def _told(threat: Threat) -> Iterator[Event]:
    which = AlertThreat.objects.filter(kind_id=threat.kind_id, key=threat.key)
    told = which.select_related("alert").defer(*LARGE).order_by("alert_id")
    for one in told:
        detail = {"ticket": one.alert.ticket, "reason": one.reason}
        yield Event(one.alert.composed_at, What.ALERTED, detail)
    deliveries = Delivery.objects.select_related("alert").defer(*LARGE)
    deliveries = deliveries.filter(
        alert_id__in=[one.alert_id for one in told], sent_at__isnull=False
    )
    for each in deliveries.order_by("pk"):
        assert each.sent_at is not None
        yield Event(
            each.sent_at,
            What.DELIVERED,
            {
                "ticket": each.alert.ticket,
                "channel": each.channel,
                "recipient": each.recipient,
                "state": each.state,
            },
        )

"""One threat's whole life."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from tocsin.access.scopes import Scope
from tocsin.alerts.timeline import timeline
from tocsin.threats import reading
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Shown
from tocsin.web.api.problems import Problem
from tocsin.web.api.resource import Resource
from tocsin.web.api.threats import READERS, of_caller

router = Resource("Threats")


class EventShown(Shown):
    at: datetime
    what: Annotated[
        str,
        Field(
            description="first seen, last seen, healthy day, unhealthy day, seen again, answered, "
            "disputed, decided, changed, alerted or delivered. Of one moment in this order."
        ),
    ]
    detail: Annotated[dict[str, Any], Field(description="By name, as the event has it.")]


class Timeline(Shown):
    """In the order of time."""

    threat_id: UUID
    events: list[EventShown]


@router.read(
    "/threats/{uuid:threat_id}/timeline", roles=READERS, scope=Scope.THREATS_READ, answer=Timeline
)
def get_timeline(request: Call, threat_id: UUID) -> Timeline:
    """All that was seen, said, told, decided and looked for, of one threat."""
    one = reading.one(threat_id, of_caller(request))
    if one is None:
        raise Problem("not-found")
    events = [
        EventShown(at=event.at, what=event.what, detail=event.detail)
        for event in timeline(one.kind, threat_id)
    ]
    return Timeline(threat_id=threat_id, events=events)

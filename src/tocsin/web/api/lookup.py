"""Who is responsible for an address, network, name or AS number, and what is wrong there."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from tocsin.access.scopes import Scope
from tocsin.constituency.lookup import Lookup, look_up
from tocsin.constituency.models import Organisation
from tocsin.threats import reading
from tocsin.threats.states import State
from tocsin.threats.wanted import Wanted
from tocsin.web.api.door import Call, own
from tocsin.web.api.fields import Shown, Text, Time
from tocsin.web.api.replies import Reply
from tocsin.web.api.resource import Resource
from tocsin.web.api.threats import READERS, ThreatShown, of_caller
from tocsin.web.clock import now
from tocsin.web.visible import around

MOST = 1000
router = Resource("Look-up")


class CandidateShown(Shown):
    """`verdict`: why it answers, or why not."""

    organisation: str
    asset: str
    provenance: str
    registry: str
    source: str
    valid_from: datetime | None
    valid_to: datetime | None
    answers: bool
    verdict: str


class LookupShown(Shown):
    """For a member only `yours` and its own `threats`; for staff who answers, and why.

    `threats`: those known at that time and not over, on exactly this or on a prefix around it.
    """

    asked: str
    at: datetime
    yours: bool | None
    organisation: str | None
    candidates: list[CandidateShown] | None
    threats: list[ThreatShown]


@router.read("/lookup", roles=READERS, scope=Scope.THREATS_READ, answer=LookupShown)
def look_up_address(
    request: Call,
    address: Annotated[
        Text,
        Field(
            max_length=300,
            min_length=1,
            description="An address, network, domain, mail address or AS number.",
            examples=["192.0.2.7"],
        ),
    ],
    at: Annotated[Time | None, Field(description="When; now by default.")] = None,
    asn: Annotated[
        int, Field(ge=0, le=2**32 - 1, description="The AS number reported with the address.")
    ] = 0,
) -> Reply:
    """Who answers for an address at a time.  A member learns whether it is their own."""
    found = look_up(address, at or now(), asn)
    threats = reading.page(_wanted(of_caller(request), found), None, MOST).items
    head = LookupShown(
        asked=found.asked,
        at=found.at,
        threats=[],
        **(_for_staff(found) if request.auth.organisation is None else _for_member(request, found)),
    ).model_dump_json(exclude={"threats"})
    return Reply(head.encode()[:-1] + b',"threats":' + threats + b"}")


def _for_staff(found: Lookup) -> dict[str, Any]:
    candidates = [CandidateShown(**asdict(one)) for one in found.candidates]
    return {"yours": None, "organisation": found.organisation or None, "candidates": candidates}


def _for_member(request: Call, found: Lookup) -> dict[str, Any]:
    name = Organisation.objects.values_list("name", flat=True).get(pk=own(request))
    return {"yours": found.organisation == name, "organisation": None, "candidates": None}


def _wanted(basis: Wanted, found: Lookup) -> Wanted:
    return Wanted(
        organisation=basis.organisation,
        states=tuple(State),
        at=found.at,
        hidden=basis.hidden,
        held=basis.held,
        language=basis.language,
        **around(found.asked),
    )

"""What organisations dispute, and what an analyst says to it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import OuterRef, Subquery
from pydantic import Field

from tocsin.access.scopes import Scope
from tocsin.answers.decisions import decide
from tocsin.answers.models import Answer, Dispute
from tocsin.answers.rules import Verdict
from tocsin.threats import reading
from tocsin.threats.models import ThreatKind
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Cursor, Given, Limit, Number, Shown, Text, Time, page_of
from tocsin.web.api.problems import Problem
from tocsin.web.api.replies import Reply
from tocsin.web.api.resource import Resource
from tocsin.web.api.threats import of_caller
from tocsin.web.clock import now
from tocsin.web.gate import ANALYST

router = Resource("Staff")
VerdictName = Literal["confirm", "reject", "assign", "nobody"]


class DisputedShown(Shown):
    """`comment`: the latest that its organisation said."""

    threat_id: UUID
    kind: str
    organisation: str
    statement: str
    comment: str
    feed: str
    opened_at: datetime


class DisputedPage(Shown):
    """The oldest first."""

    items: list[DisputedShown]
    next: str | None


class VerdictGiven(Given):
    """`confirm`: it is a false positive, dismissed `until` then.  `reject`: it is a threat, and
    theirs; the `reason` is told to them.  `assign`: to another `organisation`.  `nobody`: nobody
    answers for it."""

    verdict: VerdictName
    reason: Annotated[Text, Field(max_length=2000)] = ""
    organisation: Number | None = None
    until: Time | None = None


class DecidedShown(Shown):
    threat_id: UUID
    verdict: VerdictName
    state: str


@router.read("/disputed", roles=ANALYST, scope=Scope.STAFF_READ, answer=DisputedPage)
def list_disputed(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Reply:
    """The threats that wait for an analyst, the oldest first."""
    kinds = dict(ThreatKind.objects.values_list("pk", "name"))
    said = Answer.objects.filter(key=OuterRef("key"), organisation=OuterRef("organisation"))
    rows = (
        Dispute.objects.filter(verdict="")
        .select_related("organisation")
        .annotate(comment=Subquery(said.order_by("-pk").values("comment")[:1]))
    )

    def shown(one: Dispute) -> DisputedShown:
        return DisputedShown(
            threat_id=one.key,
            kind=kinds[one.kind_id],
            organisation=one.organisation.name,
            statement=one.statement,
            comment=getattr(one, "comment", None) or "",
            feed=one.feed,
            opened_at=one.opened_at,
        )

    return page_of(request, rows, shown, cursor, limit, latest_first=False)


@router.write(
    "POST",
    "/disputed/{uuid:threat_id}",
    roles=ANALYST,
    scope=Scope.STAFF_WRITE,
    answer=DecidedShown,
)
def decide_disputed(request: Call, threat_id: UUID, body: VerdictGiven) -> DecidedShown:
    """Decide about a disputed threat."""
    if not Dispute.objects.filter(key=threat_id, verdict="").exists():
        raise Problem("not-found")
    who = f"person {request.auth.person}"
    verdict = Verdict(body.verdict)
    decide(threat_id, verdict, who, body.reason, now(), body.organisation, body.until)
    after = reading.one(threat_id, of_caller(request))
    assert after is not None
    return DecidedShown(threat_id=threat_id, verdict=body.verdict, state=after.shown["state"])

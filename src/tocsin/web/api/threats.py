"""Threats: lists, and single ones with what the latest observation of them says."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query
from pydantic import Field

from tocsin.access.scopes import Scope
from tocsin.constituency.asset_names import domain_name
from tocsin.threats import reading
from tocsin.threats.reading import Place
from tocsin.threats.states import CURRENT, Severity, State
from tocsin.threats.wanted import Wanted, kinds_of
from tocsin.web.api import cursors
from tocsin.web.api.door import Call
from tocsin.web.api.fields import Cursor, Given, Limit, Number, Short, Shown, Text, Time
from tocsin.web.api.problems import Problem
from tocsin.web.api.replies import Reply
from tocsin.web.api.resource import Resource
from tocsin.web.clock import now
from tocsin.web.gate import ANALYST, MEMBERS
from tocsin.web.visible import Affected, in_full, visible, within

READERS = MEMBERS | ANALYST
router = Resource("Threats")

StateName = Literal[
    "dismissed", "open", "claimed", "conflict", "reopened", "disputed", "gone", "lost"
]
StateFilter = Literal[
    "current", "all",
    "dismissed", "open", "claimed", "conflict", "reopened", "disputed", "gone", "lost",
]  # fmt: skip
SeverityName = Literal["info", "low", "medium", "high", "critical"]


class ThreatShown(Shown):
    """The same names as in an alert's CSV.  `organisation`: whose it is, by name."""

    threat_id: UUID
    state: StateName
    severity: SeverityName
    kind: str
    title: str
    class_: Annotated[str, Field(alias="class", description="Of the RSIT taxonomy.")]
    type: str
    affected: str
    port: int | None
    protocol: str | None
    tag: str | None
    asn: int | None
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    opened_at: Annotated[datetime, Field(description="When its present spell began.")]
    state_since: datetime
    recurrences: int
    claimed_at: Annotated[datetime | None, Field(description="From when it is said to be fixed.")]
    alerted_at: datetime | None
    organisation: str | None


class ThreatPage(Shown):
    """A page may be shorter than its limit where filters leave out much, even empty: go on as
    long as there is a `next`."""

    items: list[ThreatShown]
    next: str | None


class ThreatInFull(ThreatShown):
    """`evidence`: the columns of the latest observation under the feed's own names."""

    hostname: str | None
    evidence: dict[str, str]


class ThreatFilter(Given):
    """Several values of one parameter mean any of them."""

    state: Annotated[list[StateFilter], Field(max_length=10)] = []
    kind: Annotated[list[Short], Field(max_length=200)] = []
    class_: Annotated[list[Short], Field(alias="class", max_length=20)] = []
    severity: Annotated[list[SeverityName], Field(max_length=5)] = []
    since: Annotated[Time | None, Field(description="Changed or seen then or later.")] = None
    address: Annotated[Short, Field(description="An address, or a prefix and all within it.")] = ""
    domain: Annotated[
        Short, Field(description="A domain and all below it; an e-mail domain with `@`.")
    ] = ""
    organisation: Annotated[Number | None, Field(description="For staff: one organisation.")] = None


@router.read("/threats", roles=READERS, scope=Scope.THREATS_READ, answer=ThreatPage)
def list_threats(
    request: Call,
    filters: Query[ThreatFilter],
    cursor: Cursor = "",
    limit: Limit = 100,
) -> Reply:
    """Threats, kind after kind; current ones unless `state` says otherwise."""
    after = cursors.place(request, cursor) if cursor else None
    place = Place(after[0], UUID(after[1])) if after else None
    page = reading.page(wanted(request, filters), place, limit)
    following = [page.after.kind, str(page.after.key)] if page.after else None
    return cursors.body(request, page.items, following)


@router.read(
    "/threats/{uuid:threat_id}", roles=READERS, scope=Scope.THREATS_READ, answer=ThreatInFull
)
def get_threat(request: Call, threat_id: UUID) -> ThreatInFull:
    """One threat, with what its latest observation says."""
    one = reading.one(threat_id, of_caller(request))
    if one is None:
        raise Problem("not-found")
    return ThreatInFull.model_validate(in_full(one))


def wanted(request: Call, filters: ThreatFilter) -> Wanted:
    """The filters as a query; raises the problem of one that says nothing."""
    basis = of_caller(request, filters.organisation)
    kinds = None
    if filters.kind or filters.class_:
        kinds = kinds_of(filters.kind, filters.class_)
    return Wanted(
        organisation=basis.organisation,
        states=_states(filters.state),
        kinds=kinds,
        severities=tuple(Severity[name.upper()] for name in filters.severity),
        since=filters.since,
        domain=_domain(filters.domain),
        hidden=basis.hidden,
        held=basis.held,
        language=basis.language,
        **_address(filters.address),
    )


def of_caller(request: Call, organisation: int | None = None) -> Wanted:
    """All that the caller may see; staff may choose one organisation."""
    own = request.auth.organisation
    if own is not None and organisation not in (None, own):
        raise Problem("forbidden", "Only staff choose an organisation.")
    return visible(own, now(), organisation)


def _states(names: list[StateFilter]) -> tuple[State, ...]:
    chosen: set[State] = set()
    for name in names or ["current"]:
        if name == "all":
            chosen |= set(State)
        elif name == "current":
            chosen |= set(CURRENT)
        else:
            chosen.add(State[name.upper()])
    return tuple(sorted(chosen))


def _address(text: str) -> Affected:
    try:
        return within(text) if text else {}
    except ValueError:
        raise Problem(
            "invalid", "`address` is an address, or a prefix without host bits."
        ) from None


def _domain(text: Text) -> str:
    name = text.strip().removeprefix("@")
    if not name:
        return ""
    return ("@" if text.strip().startswith("@") else "") + domain_name(name)

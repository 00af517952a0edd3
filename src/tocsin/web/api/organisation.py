"""The caller's own organisation, and how it wants its alerts."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field

from tocsin.access.models import Role
from tocsin.access.scopes import Scope
from tocsin.alerts.models import Preference
from tocsin.alerts.wishes import change_wishes
from tocsin.constituency.models import Organisation
from tocsin.web.api.door import Call, own
from tocsin.web.api.fields import Given, Shown
from tocsin.web.api.replies import must_match
from tocsin.web.api.resource import Resource
from tocsin.web.api.threats import SeverityName
from tocsin.web.gate import MEMBERS

router = Resource("Organisation")
Rhythm = Literal["daily", "weekly", "immediate"]
Format = Literal["html", "text"]
Language = Literal["en", "de"]
Weekday = Annotated[int, Field(ge=0, le=6, description="Of a weekly alert; 0 is Monday.")]


class OrganisationShown(Shown):
    """`immediate_from`: the severity from which news do not wait for the next alert, or never."""

    id: int
    name: str
    kind: str
    region: str | None
    sector: str
    language: str
    rhythm: str
    weekday: int
    format: str
    immediate_from: str


class OrganisationChange(Given):
    """What is left out stays."""

    language: Language | None = None
    rhythm: Rhythm | None = None
    weekday: Weekday | None = None
    format: Format | None = None
    immediate_from: SeverityName | Literal["never"] | None = None


@router.read(
    "/organisation", roles=MEMBERS, scope=Scope.ORGANISATION_READ, answer=OrganisationShown
)
def get_organisation(request: Call) -> OrganisationShown:
    """Your organisation, and how it wants its alerts."""
    return _shown(request)


@router.write(
    "PATCH",
    "/organisation",
    roles={Role.OWNER},
    scope=Scope.ORGANISATION_WRITE,
    answer=OrganisationShown,
)
def change_organisation(request: Call, body: OrganisationChange) -> OrganisationShown:
    """Change in which language, how often and from which severity on it is written to."""
    Organisation.objects.select_for_update().get(pk=own(request))
    must_match(request, _shown(request))
    wishes = body.model_dump(exclude_none=True)
    change_wishes(own(request), wishes, f"person {request.auth.person}", datetime.now(UTC))
    return _shown(request)


def _shown(request: Call) -> OrganisationShown:
    ours = Organisation.objects.select_related("region").get(pk=own(request))
    wish = Preference.objects.filter(organisation=ours).first() or Preference()
    return OrganisationShown(
        id=ours.pk,
        name=ours.name,
        kind=ours.kind,
        region=ours.region.name if ours.region else None,
        sector=ours.sector,
        language=ours.language,
        rhythm=wish.rhythm,
        weekday=wish.weekday,
        format=wish.format,
        immediate_from=wish.immediate_from,
    )

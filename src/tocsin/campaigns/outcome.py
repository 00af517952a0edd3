"""What became of a campaign's threats: told, answered, still there."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q

from tocsin.campaigns.models import Campaign
from tocsin.threats.models import Threat, ThreatKind
from tocsin.threats.states import CURRENT

SHOWN = 200


class Told(NamedTuple):
    """One organisation's part; `told`: threats that an alert carried."""

    organisation: str
    threats: int
    told: int
    current: int


@dataclass(frozen=True)
class Outcome:
    """`nobodys`: threats without an organisation.  `organisations`: the first `SHOWN`."""

    organisations: list[Told]
    threats: int
    told: int
    nobodys: int


def outcome_of(campaign: Campaign) -> Outcome:
    """Read from the campaign's own threats, which are as many as its file had at most."""
    number = ThreatKind.objects.filter(name=campaign.kind).values_list("pk", flat=True).first()
    rows = (
        Threat.objects.filter(kind_id=number)
        .values_list("organisation__name")
        .annotate(
            all=Count("key"),
            told=Count("key", filter=Q(alerted_at__isnull=False)),
            current=Count("key", filter=Q(state__in=CURRENT)),
        )
        .order_by("-all", "organisation__name")
    )
    found = [Told(name or "", every, told, current) for name, every, told, current in rows]
    theirs = [one for one in found if one.organisation]
    return Outcome(
        theirs[:SHOWN],
        sum(one.threats for one in found),
        sum(one.told for one in theirs),
        sum(one.threats for one in found if not one.organisation),
    )

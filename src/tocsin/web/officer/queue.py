"""The queue of a region, and what is known of one organisation in it."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from tocsin.constituency.models import Organisation, Region
from tocsin.outreach import queries
from tocsin.outreach.briefing import assessed
from tocsin.outreach.queries import Shown, shown
from tocsin.outreach.rules import Seen
from tocsin.outreach.words import number, title_of
from tocsin.web import gate
from tocsin.web.clock import now
from tocsin.web.officer.regional import known_or_404
from tocsin.web.pages import page_of

SIZE = 20
KINDS, ENGAGEMENTS = 12, 10


@dataclass(frozen=True)
class Row:
    """One organisation of the queue."""

    organisation: Organisation
    points: int
    reasons: list[Shown]


@dataclass(frozen=True)
class KindRow:
    title: str
    severity: str
    now: str
    before: str


@gate.only(gate.OFFICERS)
def region(request: gate.SignedIn) -> HttpResponse:
    """Whom to see next, and what is due."""
    codes = request.regions
    regions = _regions(codes)
    chosen = request.GET.get("region", "")
    if any(chosen == one.code for one in regions):
        codes = frozenset({chosen})
    page = page_of(request, queries.queue(codes), ("-points", "organisation_id"), SIZE)
    today = now().date()
    context = {
        "page": page,
        "rows": [Row(one.organisation, one.points, shown(one)) for one in page.rows],
        "computed_at": page.rows[0].computed_at if page.rows else None,
        "due": queries.to_follow_up(codes, today),
        "planned": queries.planned(codes, today),
        "regions": regions,
        "chosen": chosen,
        "none": codes is not None and not codes,
    }
    return render(request, "officer/region.html", context)


@gate.only(gate.OFFICERS)
def region_organisation(request: gate.SignedIn, number: int) -> HttpResponse:
    """Why a visit would change something here, and what was done so far."""
    moment = now()
    known = known_or_404(request, number, moment)
    looked, seen = queries.seen(number, moment)
    reminded = queries.reminded(number, moment) if known.reminded else []
    context = {
        "known": known,
        "organisation": known.organisation,
        "points": known.score.points if known.score else 0,
        "reasons": shown(known.score),
        "looked": looked,
        "kinds": [_kind(one) for one in _worst(seen)],
        "reminded": [(one, title_of(one.kind)) for one in reminded],
        "contacts": queries.contacts_of(number),
        "engagements": queries.engagements_of(number)[:ENGAGEMENTS],
        "today": moment.date(),
        "controls": assessed(number, seen),
    }
    return render(request, "officer/organisation.html", context)


def _worst(seen: tuple[Seen, ...]) -> list[Seen]:
    found = [one for one in seen if one.now or one.before]
    found.sort(key=lambda one: (-one.severity, -(one.now or 0), one.kind))
    return found[:KINDS]


def _kind(one: Seen) -> KindRow:
    return KindRow(
        title_of(one.kind),
        one.severity.name.lower(),
        "?" if one.now is None else number(one.now),
        "?" if one.before is None else number(one.before),
    )


def _regions(codes: frozenset[str] | None) -> list[Region]:
    found = Region.objects.order_by("name")
    return list(found if codes is None else found.filter(code__in=codes))

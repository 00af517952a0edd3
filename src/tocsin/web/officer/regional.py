"""Whose organisations a page is about.  Row-level security says the same once more."""

from datetime import datetime

from django.http import Http404

from tocsin.constituency.models import Organisation
from tocsin.outreach.models import Engagement
from tocsin.outreach.queries import Known, engagement_in, known, organisation_in
from tocsin.web.gate import SignedIn


def known_or_404(request: SignedIn, number: int, now: datetime) -> Known:
    found = known(number, request.regions, now)
    if found is None:
        raise Http404
    return found


def organisation_or_404(request: SignedIn, number: int) -> Organisation:
    found = organisation_in(number, request.regions)
    if found is None:
        raise Http404
    return found


def engagement_or_404(request: SignedIn, number: int) -> Engagement:
    found = engagement_in(number, request.regions)
    if found is None:
        raise Http404
    return found

"""Everything that an organisation decides about itself, on one page."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from tocsin.access.models import ApiToken
from tocsin.alerts.models import Preference
from tocsin.alerts.mutes import mutes_of
from tocsin.answers.delegations import delegations
from tocsin.constituency.models import Claim, Contact, Organisation
from tocsin.web import gate
from tocsin.webhooks.models import Webhook


def own_organisation(request: gate.SignedIn) -> Organisation:
    """As far as the scope shows it."""
    return get_object_or_404(Organisation.objects.select_related("region"), pk=own_number(request))


def own_number(request: gate.SignedIn) -> int:
    """A member has one: the table says so."""
    number = request.user.organisation_id
    assert number is not None
    return number


def actor(request: gate.SignedIn) -> str:
    """As the log names whoever acts."""
    return f"person {request.user.pk}"


@gate.only(gate.MEMBERS)
def own(request: gate.SignedIn) -> HttpResponse:
    number, now = own_number(request), datetime.now(UTC)
    context = {
        "organisation": own_organisation(request),
        "contacts": list(Contact.objects.filter(organisation=number)),
        "wish": Preference.objects.filter(organisation=number).first() or Preference(),
        "mutes": mutes_of(number, now).count(),
        "delegations": len(delegations(now, number)),
        "claims": Claim.objects.filter(organisation=number, decision="").count(),
        "webhooks": Webhook.objects.filter(organisation=number).count(),
        "tokens": ApiToken.objects.filter(organisation=number, revoked_at=None).count(),
    }
    return render(request, "desk/own.html", context)

"""Who looks after which region: for analysts."""

from datetime import UTC, datetime

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.access.models import Person, PersonRegion, Role
from tocsin.access.regions import look_after, regions_of
from tocsin.web import gate
from tocsin.web.forms import tried
from tocsin.web.officer.forms import RegionsForm

MOST = 500


@gate.only(gate.ANALYST)
def officers(request: gate.SignedIn) -> HttpResponse:
    """All protect officers with their regions."""
    regions = PersonRegion.objects.select_related("region").order_by("region__name")
    found = Person.objects.filter(role=Role.PROTECT_OFFICER).order_by("name", "email")
    people = found.prefetch_related(Prefetch("personregion_set", regions))[:MOST]
    return render(request, "officer/officers.html", {"people": people})


@gate.only(gate.ANALYST, gate.WRITING)
@gate.fresh_to_write
def officer(request: gate.SignedIn, number: int) -> HttpResponse:
    """Give one of them regions, or take some away."""
    person = Person.objects.filter(pk=number, role=Role.PROTECT_OFFICER).first()
    if person is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = RegionsForm(data, initial={"regions": sorted(regions_of(number))})
    if request.method == "POST" and form.is_valid():
        codes, by = form.cleaned_data["regions"], f"person {request.user.pk}"
        problems = tried(lambda: look_after(person, codes, datetime.now(UTC), by))
        if not problems:
            messages.success(request, _("The regions were kept."))
            return redirect("officers")
        form.add_error(None, " ".join(problems))
    context = {"officer": person, "form": form}
    return render(request, "officer/officer.html", context, status=400 if form.errors else 200)
